// The photos that come with Labelroom, for a first look: copied to where they stay, however the app was installed.
import { randomUUID } from 'node:crypto'
import { access, cp, mkdir, rename, rm } from 'node:fs/promises'
import { errorCode, isDiskFull } from '../common/errno.ts'
import { AppError } from '../contract/errors.ts'
import { msg } from '../texts/message.ts'
import { samplesFolder } from './app-info.ts'

/** Who took them, and under which licences; it stays beside the photos. */
const credits = 'sample-photos.md'

/**
 * Returns the folder in the data folder that holds them. An AppImage lies at another path each time it is started, so a
 * library cannot refer to photos within it. Throws AppError.
 */
export async function samplePhotos(dataFolder: string): Promise<string> {
  const folder = `${dataFolder}/samples`
  const partial = `${folder}.${randomUUID()}.partial`
  try {
    if (await isThere(folder)) return folder
    await mkdir(dataFolder, { recursive: true })
    await cp(samplesFolder, partial, { recursive: true })
    await cp(`${samplesFolder}/../${credits}`, `${dataFolder}/${credits}`)
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    // A second click, or another program, may have been quicker.
    if (await isThere(folder)) return folder
    throw new AppError(
      isDiskFull(error) ? 'disk-full' : 'output-unwritable',
      msg(
        "The sample photos cannot be copied to '{{folder}}' ({{code}}). Make room there, or add a folder of your own.",
        { folder, code: errorCode(error) ?? '' },
      ),
      { cause: error },
    )
  }
  return folder
}

const isThere = (folder: string): Promise<boolean> =>
  access(folder).then(
    () => true,
    () => false,
  )
