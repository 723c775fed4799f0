// `labelroom telemetry`: lists and deletes what the inference runtime had queued for Microsoft.
import type { Command } from 'commander'
import { deleteTelemetryFiles, findTelemetryFiles, takeTelemetryNotice } from '../../host/telemetry-files.ts'
import { exitCodes } from '../exit-codes.ts'
import { printRow } from '../print-row.ts'
import { toLine } from '../terminal-text.ts'
import { tell } from '../stderr.ts'

const whatTheyAre =
  'The inference runtime (ONNX Runtime) wrote these files about its runs, to send them to Microsoft. ' +
  'Labelroom starts it with that switched off now; other programs that use ONNX Runtime share the files.'

export function addTelemetryCommand(command: Command): void {
  command.option('--delete', 'delete these files').action(telemetry)
}

async function telemetry(options: { readonly delete?: true }): Promise<void> {
  const files = await findTelemetryFiles()
  if (files.length === 0) {
    tell("There are no files of the inference runtime's telemetry.")
    return
  }
  tell(whatTheyAre)
  if (options.delete !== true) {
    for (const file of files) printRow(file.path, file.sizeBytes)
    tell('Delete them with: labelroom telemetry --delete')
    return
  }
  const { deleted, kept } = await deleteTelemetryFiles()
  for (const file of deleted) printRow(file.path, file.sizeBytes)
  tell(`Deleted ${deleted.length === 1 ? '1 file' : `${deleted.length} files`}.`)
  if (kept.length === 0) return
  for (const file of kept) tell(`labelroom: ${toLine(file.path)} cannot be deleted.`)
  process.exitCode = exitCodes.couldNotRun
}

/** One line, once for each data folder, where such files lie. */
export async function hintAtTelemetryFiles(dataFolder: string): Promise<void> {
  if ((await takeTelemetryNotice(dataFolder)) > 0)
    tell(
      'ONNX Runtime had queued data on its runs for Microsoft, which is switched off now; see: labelroom telemetry',
    )
}
