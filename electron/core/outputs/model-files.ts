// The files that make up a model: weights, configuration and labels, in its folder or beside its file.
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

/** Weights, also those outside of an ONNX graph. */
const weights = /\.(onnx|onnx_data(_\d+)?|safetensors|bin|data|pt|pth)$/i
const companions =
  /^((preprocessor_)?config|labels(\.[\w-]+)?|id2label|labelroom|.+\.index)\.json$|^classes\.txt$/i

export const isModelFile = (name: string): boolean => weights.test(name) || companions.test(name)

/** Absolute paths of the files of the model at `model`, a folder or one file; none where it does not exist. */
export async function listModelFiles(model: string): Promise<string[]> {
  const found = await stat(model).catch(() => null)
  if (found === null) return []
  const folder = found.isDirectory() ? model : path.dirname(model)
  // Optimum puts graphs into a folder of this name, with the configuration above it.
  const folders = [folder, path.join(folder, 'onnx'), path.dirname(folder)].slice(
    0,
    path.basename(folder) === 'onnx' ? 3 : 2,
  )
  const files = await Promise.all(folders.map(filesOf))
  return [...(found.isDirectory() ? [] : [model]), ...files.flat()]
}

async function filesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter(isModelFile).map((name) => path.join(folder, name))
}

/** The same for everything below a folder that holds models or built graphs. */
export async function listModelFilesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names.filter((name) => isModelFile(path.basename(name))).map((name) => path.join(folder, name))
}
