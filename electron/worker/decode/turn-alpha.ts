// Transparency of HEIC and AVIF that lies in another place than the colours, since only these are turned, mirrored or cut.
import { msg } from '../../texts/message.ts'
import { readItems, type Item, type ItemFile } from './iso-boxes.ts'
import { PhotoError } from './photo-error.ts'

const transforms = new Set(['clap', 'irot', 'imir'])

/**
 * Gives alpha the transform of the colours where it has none, in place of its link to the number of bits, which nobody
 * needs. Two transforms find no place: such a file, of which none was seen so far, is refused, as its transparency would
 * lie in another place than its colours. Null where the file is right as it is. Throws PhotoError.
 */
export function turnAlpha(file: Buffer, primary: Item, { items, references }: ItemFile): Buffer | null {
  const alphaId = references.find(({ kind, to }) => kind === 'auxl' && to === primary.id)?.from
  const alpha = items.find(({ id }) => id === alphaId)
  const [transform, second] = primary.properties.filter(({ type }) => transforms.has(type))
  const spare = alpha?.properties.find(({ type }) => type === 'pixi')
  if (transform === undefined || alpha === undefined) return null
  if (alpha.properties.some(({ type }) => transforms.has(type))) return null
  if (second !== undefined || spare === undefined)
    throw new PhotoError('unsupported', msg('This kind of image is not supported.'))
  const fixed = Buffer.from(file)
  fixed[spare.linkAt] = file[transform.linkAt] ?? 0
  return fixed
}

/** The same for the main picture of a file; null too where its boxes cannot be read, of which the decoder tells the reason. */
export function withTurnedAlpha(file: Buffer): Buffer | null {
  try {
    const items = readItems(file)
    const primary = items?.items.find(({ id }) => id === items.primaryId)
    return items === null || primary === undefined ? null : turnAlpha(file, primary, items)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
