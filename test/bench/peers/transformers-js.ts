// One measurement of transformers.js for peers.ts, in a process of its own: prints milliseconds a photo.
import path from 'node:path'
import { env, pipeline } from '@huggingface/transformers'
import { z } from 'zod'

const Request = z.object({
  folder: z.string(),
  paths: z.array(z.string()),
  threads: z.int(),
  batch: z.int(),
})
const { folder, paths, threads, batch } = Request.parse(JSON.parse(process.argv[2] ?? ''))
env.allowRemoteModels = false
env.localModelPath = path.dirname(folder) + path.sep
const classify = await pipeline('image-classification', path.basename(folder), {
  dtype: 'fp32',
  device: 'cpu',
  session_options: { intraOpNumThreads: threads },
})
const run = async (photos: readonly string[]) => {
  for (let at = 0; at < photos.length; at += batch)
    await classify(batch === 1 ? (photos[at] ?? '') : photos.slice(at, at + batch), { top_k: 5 })
}
await run(paths.slice(0, Math.max(2, batch)))
const startMs = performance.now()
await run(paths)
console.log((performance.now() - startMs) / paths.length)
