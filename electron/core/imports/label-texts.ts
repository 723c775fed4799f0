// Labels in texts beside the photos, as TagGUI and the trainers of image generators write them.
import path from 'node:path'
import { readRegular } from '../../common/open-file.ts'
import { splitTags } from './cell-labels.ts'

/** Far more than the labels of a photo need. */
const maxTextBytes = 64 * 1024

/** The labels in the text with the photo's name; null where there is none or it cannot be read. */
export async function readLabelText(photo: string): Promise<readonly string[] | null> {
  const { dir, name } = path.posix.parse(photo)
  try {
    const text = await readRegular(path.posix.join(dir, `${name}.txt`), maxTextBytes)
    const labels = splitTags(text.toString()).map((label) => label.trim())
    return [...new Set(labels.filter((label) => label !== ''))]
  } catch {
    return null
  }
}
