// Runs libvips so that a photo's failures and warnings are its own.
import sharp, { type Sharp } from 'sharp'
import { msg } from '../../texts/message.ts'
import { fromDecoderError, PhotoError } from './photo-error.ts'
import { withExclusive, withShared } from './rw-lock.ts'

/**
 * What libvips only warns of although pixels are missing: it paints failed tiles black, shows of a broken GIF what there
 * is, and looks for warnings of libjpeg before each row but not behind the last. A PNG chunk with a wrong checksum was
 * damaged, whatever else was.
 */
export const meansDamage = (warning: string): boolean =>
  /error in tile|invalid frame data|CRC error|corrupt JPEG|premature end of JPEG/i.test(warning)

interface Attempt {
  isDamaged: boolean
}

/**
 * libvips keeps warnings for the whole process, too, and sharp reports them with whatever photo ends next. So a warning
 * of damage makes all photos suspects that are being decoded; see [Note: whose error].
 */
const attempts = new Set<Attempt>()

/** sharp, with warnings of damage counted for the photos that are being decoded. */
export function openSharp(...parameters: Parameters<typeof sharp>): Sharp {
  return sharp(...parameters).on('warning', (text: unknown) => {
    if (meansDamage(String(text))) for (const attempt of attempts) attempt.isDamaged = true
  })
}

async function attempt<T>(work: () => Promise<T>, isStrict: boolean): Promise<T> {
  const state: Attempt = { isDamaged: false }
  attempts.add(state)
  try {
    const result = await work()
    if (!state.isDamaged || !isStrict) return result
  } finally {
    attempts.delete(state)
  }
  throw new PhotoError('corrupt', msg('The file is damaged and cannot be decoded.'))
}

/**
 * Returns what `work` does with `openSharp`. Throws a PhotoError whose reason is this photo's own; where `isStrict`,
 * also for damage that libvips only warns of.
 */
export async function runNative<T>(work: () => Promise<T>, isStrict: boolean): Promise<T> {
  try {
    return await withShared(() => attempt(work, isStrict))
  } catch (error) {
    if (error instanceof RangeError) throw error
    if (error instanceof PhotoError && error.code !== 'corrupt') throw error
  }
  try {
    return await withExclusive(() => attempt(work, isStrict))
  } catch (error) {
    throw fromDecoderError(error)
  }
}
