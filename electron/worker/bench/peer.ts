// The peer of `labelroom bench`: the transformers.js image-classification pipeline on the CPU, on the same ONNX graph.
import path from 'node:path'

/** Opens the pipeline; it is a development dependency, so an installed package does not have it. */
export async function openPeer(folder: string): Promise<(photo: string) => Promise<unknown>> {
  const { env, pipeline } = await import('@huggingface/transformers')
  env.allowRemoteModels = false
  env.localModelPath = path.dirname(folder) + path.sep
  const classify = await pipeline('image-classification', path.basename(folder), {
    dtype: 'fp32',
    device: 'cpu',
  })
  return (photo) => classify(photo, { top_k: 5 })
}
