// Model folders that were damaged by a seed or made to deceive: each is refused with a sentence, or runs.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareGraph } from '../../models/prepare.ts'
import { AppError } from '../../electron/contract/errors.ts'
import { english } from '../../electron/texts/message.ts'
import { labelThroughCore } from '../browser/support/label.ts'
import { writePhotos } from '../helpers/photos.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import {
  createDice,
  damageBytes,
  damageKinds,
  distinct,
  faultOf,
  openAttackedCore,
  withTimeout,
  type Attack,
  type Dice,
} from './attack.ts'

const hostileConfigs: readonly unknown[] = [
  ...[
    null,
    [],
    'x',
    0,
    { num_attention_heads: 0 },
    { num_attention_heads: -1 },
    { num_attention_heads: 1e9 },
  ],
  { num_attention_heads: 4, input_size: [3, 16_000, 16_000] },
  { num_attention_heads: 4, image_size: 2 ** 31, patch_size: 1 },
  { num_attention_heads: 4, num_labels: 50_000_000 },
  { num_attention_heads: 4, architecture: '\u001b]0;title\u0007', model_type: '../../x' },
  { num_attention_heads: 4, pretrained_cfg: { mean: [null, 'a', 1e308], std: [0, 0, 0] } },
  { num_attention_heads: 4, id2label: { __proto__: null, '-1': 'x', 99_999_999: 'y' } },
]
const hostileLabels: readonly unknown[] = [
  ...[null, {}, [], [''], Array.from({ length: 7 }, () => 'same'), [1, 2, 3], 'x'.repeat(1_000_000)],
  Array.from({ length: 7 }, (_, at) => `\u001b[2J${'y'.repeat(10_000)}${at}`),
  Array.from({ length: 100_000 }, (_, at) => String(at)),
]

/** Changes one thing of the folder; returns what. */
async function spoil(folder: string, dice: Dice): Promise<string> {
  const names = ['config.json', 'labels.json', 'model.safetensors', 'model.safetensors'] as const
  const name = dice.pick(names)
  const file = path.join(folder, name)
  if (name === 'model.safetensors' || dice.random() < 0.3) {
    const kind = dice.pick(damageKinds)
    await writeFile(file, damageBytes(await readFile(file), dice, kind))
    return `${name}: ${kind}`
  }
  const hostile = JSON.stringify(dice.pick(name === 'config.json' ? hostileConfigs : hostileLabels))
  await writeFile(file, hostile)
  return `${name}: ${hostile.slice(0, 60)}`
}

export const attackWithModels: Attack = async ({ folder, count, seed }) => {
  const dice = createDice(seed)
  const tiny = await writeTinyModel(path.join(folder, 'tiny'))
  const graph = await prepareGraph(await readModelFolder(tiny), { precision: 'fp32', cacheDir: folder })
  const onnx = await readFile(graph.file)
  const photos = path.join(folder, 'photos')
  await writePhotos(photos, 1)
  const { client, close } = openAttackedCore(folder)
  const bad: string[] = []
  const ends = { refused: 0, labelled: 0, failed: 0 }
  try {
    for (let number = 0; number < count; number++) {
      const model = path.join(folder, `model ${number}`)
      let what: string
      if (dice.random() < 0.3) {
        await mkdir(model)
        const kind = dice.pick(damageKinds)
        await writeFile(path.join(model, 'model.onnx'), damageBytes(onnx, dice, kind))
        await cp(path.join(tiny, 'labels.json'), path.join(model, 'labels.json'))
        what = `model.onnx: ${kind}`
      } else {
        await cp(tiny, model, { recursive: true })
        what = await spoil(model, dice)
      }
      const ended = await withTimeout(120, run(client, model, photos))
      if (ended === 'hangs') bad.push(`${what} hangs`)
      else {
        ends[ended.end]++
        if (ended.fault !== null) bad.push(`${what}: ${ended.fault}`)
      }
      await rm(model, { recursive: true })
    }
    const rssMb = Math.round(process.memoryUsage().rss / 1e6)
    if (rssMb > 3000) bad.push(`the core has ${rssMb} MB`)
    return {
      tried: `${count} model folders`,
      held: `${ends.refused} refused with a sentence, ${ends.labelled} label, ${ends.failed} fail each photo with a reason; the core has ${rssMb} MB`,
      bad: distinct(bad),
    }
  } finally {
    await close()
  }
}

interface End {
  readonly end: 'refused' | 'labelled' | 'failed'
  readonly fault: string | null
}

async function run(
  client: ReturnType<typeof openAttackedCore>['client'],
  model: string,
  photos: string,
): Promise<End> {
  try {
    await client.models.info({ model })
    await client.models.add({ path: model })
    const job = await labelThroughCore(client, { folders: [photos], model })
    if (job.state === 'done') return { end: job.counts.failed > 0 ? 'failed' : 'labelled', fault: null }
    const reason = job.reason === null ? 'no reason' : english(job.reason)
    return { end: 'refused', fault: job.reason === null ? reason : faultOf(reason) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const fault = error.code === 'internal' ? `internal: ${error.message}` : faultOf(error.message)
    return { end: 'refused', fault }
  }
}
