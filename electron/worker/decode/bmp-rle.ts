// Unpacks the run-length coding of 4- and 8-bit Windows bitmaps.
import { msg } from '../../texts/message.ts'
import { PhotoError } from './photo-error.ts'

/**
 * Palette indices, one byte each, rows as in the file; what the coding skips stays 0.
 * Throws PhotoError where the data ends before its end mark or runs over the picture.
 */
export function decodeRle(data: Buffer, widthPx: number, heightPx: number, isFourBit: boolean): Uint8Array {
  const indices = new Uint8Array(widthPx * heightPx)
  let at = 0
  let x = 0
  let row = 0
  const next = (): number => {
    const byte = data[at++]
    if (byte === undefined) {
      throw new PhotoError('truncated', msg('The file ends too early; part of the photo is missing.'))
    }
    return byte
  }
  const put = (index: number): void => {
    if (row >= heightPx)
      throw new PhotoError('corrupt', msg('The file is damaged: it holds too many pixels.'))
    // Writers may fill a row beyond its end.
    if (x < widthPx) indices[row * widthPx + x] = index
    x++
  }
  /** The palette index of the pixel at an even or odd position of a pair. */
  const pick = (byte: number, position: number): number =>
    isFourBit ? (position % 2 === 0 ? byte >> 4 : byte & 15) : byte

  const readLiteral = (count: number): void => {
    const bytes = isFourBit ? Math.ceil(count / 2) : count
    let byte = 0
    for (let position = 0; position < count; position++) {
      if (!isFourBit || position % 2 === 0) byte = next()
      put(pick(byte, position))
    }
    if (bytes % 2 === 1) next() // Literals end on an even byte.
  }

  for (;;) {
    const count = next()
    const value = next()
    if (count > 0) {
      for (let position = 0; position < count; position++) put(pick(value, position))
    } else if (value === 0) {
      x = 0
      row++
    } else if (value === 1) {
      return indices
    } else if (value === 2) {
      x += next()
      row += next()
    } else {
      readLiteral(value)
    }
  }
}
