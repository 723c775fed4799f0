// `labelroom export --format onnx|safetensors`: a model with a trained head in place of its own.
import { ModelExportFormat } from '../../contract/exports.ts'
import { findHead } from '../find-head.ts'
import type { OpenLibrary } from '../open-library.ts'
import { libraryPath } from '../../common/library-path.ts'
import { runExport } from '../run-export.ts'
import { tell } from '../stderr.ts'

export interface ModelOptions {
  readonly out: string
  readonly format: string
  readonly head?: string
}

export async function exportModel(library: OpenLibrary, { out, format, head }: ModelOptions): Promise<void> {
  const { client } = library
  const { id, version } = await findHead(client, head)
  const folder = libraryPath(out)
  const request = { headId: id, format: ModelExportFormat.parse(format), folder }
  const report = await runExport(library, folder, () => client.exports.model(request))
  if (report === null) return
  const { file, bytes, labels } = report
  tell(`Head ${version} with its model: ${file}, ${(bytes / 1e6).toFixed(1)} MB, ${labels.length} labels.`)
  const precision = file.endsWith('model_int8.onnx') ? ' --precision int8' : ''
  tell(`Use it with: labelroom label FOLDER --model ${out}${precision}`)
}
