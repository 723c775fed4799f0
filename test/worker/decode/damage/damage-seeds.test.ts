// Photos of every format, damaged 1,056 times: none that another decoder refuses is labelled, none that it shows whole is lost.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodePhoto } from '../../../../electron/worker/decode/decode-photo.ts'
import { PhotoError } from '../../../../electron/worker/decode/photo-error.ts'
import { torchvisionCrop, type Framing } from '../../../../models/config/preprocessing.ts'
import { damagePhotosDir, damagesOf } from './damages.ts'
import verdicts from './verdicts.json' with { type: 'json' }

/** The photos are shrunk and cut, as models ask for. */
const framing: Framing = {
  width: 64,
  height: 64,
  resize: { rule: 'shortest-edge', sizePx: 72 },
  interpolation: 'bicubic',
  crop: torchvisionCrop,
}
const names = readdirSync(damagePhotosDir).toSorted()

async function isDecoded(bytes: Buffer): Promise<boolean> {
  try {
    await decodePhoto(Buffer.from(bytes), framing)
    return true
  } catch (error) {
    if (error instanceof PhotoError) return false
    throw error
  }
}

/** The pixels of a JPEG without its end mark are whole, although Pillow refuses it. */
const lacksEndMarkOnly = (bytes: Buffer, whole: Buffer, name: string): boolean =>
  name.endsWith('.jpg') && bytes.length >= whole.length - 2 && whole.subarray(0, bytes.length).equals(bytes)

interface Outcome {
  /** The photo and the seed. */
  readonly damage: string
  readonly verdict: string
  readonly isDecoded: boolean
}

describe('a damaged photo', () => {
  const outcomes: Outcome[] = []

  beforeAll(async () => {
    for (const name of names) {
      const whole = readFileSync(join(damagePhotosDir, name))
      const letters = new Map(Object.entries(verdicts)).get(name) ?? ''
      for (const [seed, bytes] of damagesOf(whole).entries()) {
        const verdict = lacksEndMarkOnly(bytes, whole, name) ? 's' : (letters[seed] ?? '?')
        outcomes.push({ damage: `${name} ${seed}`, verdict, isDecoded: await isDecoded(bytes) })
      }
    }
  }, 180_000)

  test('is not labelled where Pillow refuses it', () => {
    const refused = outcomes.filter(({ verdict }) => verdict === 'r')
    expect(refused.length).toBeGreaterThan(500)
    expect(refused.filter((outcome) => outcome.isDecoded).map(({ damage }) => damage)).toEqual([])
  })

  test('is labelled in 95 of 100 cases where Pillow finds its pixels unchanged', () => {
    const same = outcomes.filter(({ verdict }) => verdict === 's')
    expect(same.length).toBeGreaterThan(60)
    expect(same.filter((outcome) => outcome.isDecoded).length / same.length).toBeGreaterThanOrEqual(0.95)
  })

  test('has a verdict', () => {
    expect(outcomes.filter(({ verdict }) => !'rsc'.includes(verdict))).toEqual([])
  })
})

test.each(names)('%s decodes when it is whole', async (name) => {
  expect(await isDecoded(readFileSync(join(damagePhotosDir, name)))).toBe(true)
})
