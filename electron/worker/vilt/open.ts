// Keeps a ViLT open between requests.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { AskRequest } from '../../contract/inference.ts'
import { prepareVilt, readViltFolder, type ViltFolder } from '../../../models/vilt/folder.ts'
import * as ort from '../runtime.ts'

interface OpenVilt {
  readonly key: string
  readonly model: ViltFolder
  readonly session: ort.InferenceSession
}

/** The last one stays open: users ask one thing after another. */
let opened: OpenVilt | null = null

type ModelRequest = Pick<AskRequest, 'modelPath' | 'cacheDir' | 'threads'>

/** Reads the folder again only where its files have changed: that reads every byte of the weights. */
export async function openVilt(request: ModelRequest, withAttention: boolean): Promise<OpenVilt> {
  const { modelPath, cacheDir, threads } = request
  const key = JSON.stringify([modelPath, withAttention, await stampsIn(modelPath)])
  if (opened?.key === key) return opened
  await opened?.session.release()
  opened = null
  const model = await readViltFolder(modelPath)
  const file = await prepareVilt(model, cacheDir, withAttention)
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: threads, logSeverityLevel: 3 })
  opened = { key, model, session }
  return opened
}

async function stampsIn(folder: string): Promise<readonly (number | null)[]> {
  const names = [
    'model.safetensors',
    'config.json',
    'preprocessor_config.json',
    'tokenizer.json',
    'vocab.txt',
  ]
  return Promise.all(
    names.map((name) =>
      stat(path.join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    ),
  )
}
