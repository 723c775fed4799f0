// Damages photos as broken downloads, cards and drives do; the same seed always gives the same bytes.

import { join } from 'node:path'

/** Photos of our own in every format and common variants of it, which Pillow opens. */
export const damagePhotosDir = join(import.meta.dirname, 'photos')

export const seedsPerPhoto = 48

/** Whole numbers from 0 to `below - 1`, always the same for one seed (a linear congruential generator). */
function createDice(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) % 2 ** 32
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Dice = ReturnType<typeof createDice>

/** Half of all damages hit the header, where most of what does not matter to the pixels is. */
function place(bytes: Buffer, dice: Dice): number {
  return dice(2) === 0 ? dice(Math.min(600, bytes.length)) : dice(bytes.length)
}

function overwritten(bytes: Buffer, at: number, count: number, byte: () => number): Buffer {
  const out = Buffer.from(bytes)
  for (let index = at; index < Math.min(out.length, at + count); index++) out[index] = byte()
  return out
}

const kinds: readonly ((bytes: Buffer, dice: Dice) => Buffer)[] = [
  function flipBit(bytes, dice) {
    const at = place(bytes, dice)
    return overwritten(bytes, at, 1, () => (bytes[at] ?? 0) ^ (1 << dice(8)))
  },
  (bytes, dice) => overwritten(bytes, place(bytes, dice), 1 + dice(64), () => 0),
  (bytes, dice) => overwritten(bytes, place(bytes, dice), 1 + dice(64), () => dice(256)),
  (bytes, dice) => overwritten(bytes, dice(bytes.length), 512, () => 0),
  (bytes, dice) => bytes.subarray(0, dice(bytes.length)),
  (bytes, dice) => bytes.subarray(0, bytes.length - 1 - dice(24)),
  function removePart(bytes, dice) {
    const at = place(bytes, dice)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice(16))])
  },
  function insertNoise(bytes, dice) {
    const at = place(bytes, dice)
    const noise = Buffer.alloc(1 + dice(16)).map(() => dice(256))
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)])
  },
]

/** The damaged copies of one file, by seed. */
export function damagesOf(bytes: Buffer): Buffer[] {
  return Array.from({ length: seedsPerPhoto }, (_, seed) => {
    const damage = kinds[seed % kinds.length]
    return damage === undefined ? bytes : damage(bytes, createDice(seed + 1))
  })
}
