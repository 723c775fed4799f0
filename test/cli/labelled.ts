// A library for tests of the command line: photos of two labels, all confirmed.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runCliHosted, type CliResult } from '../helpers/cli.ts'
import { writePhotos } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

export const nameOf = (number: number) => `part ${number % 3}/${String(number).padStart(3, '0')}.jpg`

export interface CliLibrary {
  readonly home: string
  readonly photos: string
  /** Says which twenty of the photos are dark and which are bright, and names one that is not there. */
  readonly csv: string
  readonly run: (...args: string[]) => Promise<CliResult>
}

/** Forty photos, labelled by the tiny model. */
export async function setUpPhotos(): Promise<CliLibrary> {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 40)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const run = (...args: string[]) => runCliHosted(args, home)
  const { code, stderr } = await run('label', photos, '--model', model, '--device', 'cpu', '--threads', '1')
  if (code !== 0) throw new Error(stderr)
  const csv = path.join(home, 'labels.csv')
  const rows = Array.from(
    { length: 40 },
    (_, number) => `${nameOf(number)},${number < 20 ? 'dark' : 'bright'}`,
  )
  await writeFile(csv, ['file_name,label', ...rows, 'gone.jpg,dark'].join('\n'))
  return { home, photos, csv, run }
}

/** The same with the labels confirmed. */
export async function setUpLabelled(): Promise<CliLibrary> {
  const library = await setUpPhotos()
  await library.run('import', library.csv, library.photos)
  return library
}
