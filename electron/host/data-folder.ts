// Where Labelroom keeps its own files on each system.
import { mkdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '../contract/errors.ts'

/**
 * The folder for the default library and for caches, made when missing.
 * `LABELROOM_HOME` moves it; otherwise it is where each system's guidelines want it.
 */
export async function dataFolder(): Promise<string> {
  const folder = process.env['LABELROOM_HOME'] ?? systemFolder()
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new AppError(
      'library-unwritable',
      `${folder} cannot be made (${(error as NodeJS.ErrnoException).code ?? ''}). Set LABELROOM_HOME to a folder that can.`,
      { cause: error },
    )
  }
  return path.resolve(folder).split(path.sep).join('/')
}

function systemFolder(): string {
  const home = os.homedir()
  if (process.platform === 'win32')
    return path.join(process.env['LOCALAPPDATA'] ?? path.join(home, 'AppData', 'Local'), 'Labelroom')
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Labelroom')
  return path.join(process.env['XDG_DATA_HOME'] ?? path.join(home, '.local', 'share'), 'labelroom')
}
