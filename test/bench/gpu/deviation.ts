// Prints how far the logits of one picture lie from the CPU's, as a share of the CPU's range, for run.ts.
import { LoadRequest } from '../../../electron/contract/inference.ts'
import { createInput, testPicture } from '../../../electron/worker/input-tensor.ts'
import { openGraph, readOutput } from '../../../electron/worker/model.ts'
import { deviationOf } from '../../../electron/worker/device-check.ts'
import * as ort from '../../../electron/worker/runtime.ts'
import { providers } from '../../../electron/worker/session.ts'

const load = LoadRequest.parse(JSON.parse(process.argv[2] ?? ''))
if (load.device === 'auto') throw new Error('Give one device.')
const graph = await openGraph(load)
const picture = testPicture(graph.preprocessing)
const feeds = { [graph.inputName]: createInput(graph, 1)([picture]) }

async function logitsOn(provider: string): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(graph.file, {
    executionProviders: [provider],
    logSeverityLevel: 3,
  })
  const logits = await readOutput(await session.run(feeds), graph.logitsName ?? '')
  await session.release()
  return Float32Array.from(logits)
}

console.log(deviationOf(await logitsOn(providers[load.device]), await logitsOn(providers.cpu)))
process.exit()
