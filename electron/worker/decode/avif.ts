// Makes AVIF files show as other programs show them where libheif does not: sequences, transforms of alpha, ranges.
import { readColourRange } from './av1-sequence.ts'
import { readItems, type Item, type ItemFile } from './iso-boxes.ts'
import { turnAlpha } from './turn-alpha.ts'

/** Matrix coefficients of nclx. */
const unspecified = 2
/** What is meant where a file does not say: sRGB, coded as in BT.601. */
const usualColours = [1, 13, 6]

export interface AvifFixes {
  /** The file with single bytes changed; null where it can be decoded as it is. */
  readonly bytes: Buffer | null
  /** Whether grey values of 16 to 235 have to be stretched to 0 to 255. */
  readonly isLimitedGrey: boolean
}

/** Names the colours where an nclx box leaves them open: libheif then ignores the range that the box tells, too. */
function nameColours(file: Buffer, primary: Item): Buffer | null {
  const colours = primary.properties.find(
    ({ type, start }) => type === 'colr' && file.toString('latin1', start, start + 4) === 'nclx',
  )
  if (colours === undefined || file.readUInt16BE(colours.start + 8) !== unspecified) return null
  const fixed = Buffer.from(file)
  usualColours.forEach((value, index) => fixed.writeUInt16BE(value, colours.start + 4 + index * 2))
  return fixed
}

function isGrey(file: Buffer, primary: Item): boolean {
  const configuration = primary.properties.find(({ type }) => type === 'av1C')
  return configuration !== undefined && (file.readUInt8(configuration.start + 2) & 0x10) !== 0
}

/** Whether the values of the main picture are of limited range: as nclx says, else as the coded data says. */
function isLimited(file: Buffer, primary: Item, items: ItemFile): boolean {
  const colours = primary.properties.find(
    ({ type, start }) => type === 'colr' && file.toString('latin1', start, start + 4) === 'nclx',
  )
  if (colours !== undefined) return (file.readUInt8(colours.start + 10) & 0x80) === 0
  return readColourRange(file, primary.id, items.locationBox) === 'limited'
}

/** libheif refuses sequences by their brand alone, although their first picture is there like that of any AVIF. */
function renameSequence(file: Buffer): Buffer | null {
  if (file.toString('latin1', 8, 12) !== 'avis') return null
  const fixed = Buffer.from(file)
  fixed.write('avif', 8, 'latin1')
  return fixed
}

/** What has to be changed in an AVIF, of which only the head and the data of grey pictures is looked at. Throws PhotoError. */
export function fixAvif(file: Buffer): AvifFixes {
  try {
    const items = readItems(file)
    const primary = items?.items.find(({ id }) => id === items.primaryId)
    // Some sequences have no picture beside their track.
    if (items === null || primary === undefined) return { bytes: null, isLimitedGrey: false }
    const renamed = renameSequence(file)
    const turned = turnAlpha(renamed ?? file, primary, items) ?? renamed
    const named = nameColours(turned ?? file, primary) ?? turned
    return { bytes: named, isLimitedGrey: isGrey(file, primary) && isLimited(file, primary, items) }
  } catch (error) {
    // A box that ends too early: the decoder tells the reason.
    if (error instanceof RangeError) return { bytes: null, isLimitedGrey: false }
    throw error
  }
}
