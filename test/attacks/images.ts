// Photos of every format, damaged by a seed: each ends exactly once, and no other photo gets another label by them.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import type { PhotoFile } from '../../electron/contract/photos.ts'
import { labelThroughCore } from '../browser/support/label.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import {
  createDice,
  damageBytes,
  damageKinds,
  listFiles,
  openAttackedCore,
  withTimeout,
  type Attack,
} from './attack.ts'

const madeFormats = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const
/** As a phone writes it; libvips makes none. */
const heicFile = new URL('../worker/decode/damage/photos/plain.heic', import.meta.url)
const formats = [...madeFormats, 'heic'] as const
/** Formats whose decoders are to notice that the end of the pixels is missing. */
const noticeCut = new Set<string>(['jpeg', 'png'])

/** Noise, so that every part of the file holds pixels. */
async function writeSound(folder: string, seed: number): Promise<Map<string, Buffer>> {
  const { below } = createDice(seed)
  const [width, height] = [96, 144]
  const raw = Buffer.from(Array.from({ length: width * height * 3 }, () => below(256)))
  const sound = new Map<string, Buffer>()
  await mkdir(folder, { recursive: true })
  for (const format of madeFormats)
    sound.set(
      format,
      await sharp(raw, { raw: { width, height, channels: 3 } })
        .toFormat(format)
        .toBuffer(),
    )
  sound.set('heic', await readFile(heicFile))
  for (const [format, bytes] of sound) await writeFile(path.join(folder, `sound.${format}`), bytes)
  return sound
}

export const attackWithImages: Attack = async ({ folder, count, seed }) => {
  const dice = createDice(seed)
  const model = await writeTinyModel(path.join(folder, 'tiny'))
  const photos = path.join(folder, 'photos')
  const sound = await writeSound(path.join(photos, 'sound'), seed)
  const { client, lostWorkers, close } = openAttackedCore(folder)
  try {
    await labelThroughCore(client, { folders: [photos], model })
    const before = new Map((await listFiles(client, photos)).map((file) => [file.path, bestOf(file)]))
    const cuts = new Set<string>()
    await mkdir(path.join(photos, 'damaged'))
    for (let number = 0; number < count; number++) {
      const format = dice.pick(formats)
      const kind = dice.pick(damageKinds)
      const bytes = sound.get(format) ?? Buffer.alloc(0)
      const damaged = damageBytes(bytes, dice, kind)
      const name = `${String(number).padStart(5, '0')}.${format}`
      // The last bytes may be an end mark alone.
      if (kind === 'cut' && damaged.length < bytes.length - 64 && noticeCut.has(format)) cuts.add(name)
      await writeFile(path.join(photos, 'damaged', name), damaged)
    }
    const job = await withTimeout(
      60 + count,
      labelThroughCore(client, { folders: [photos], model, force: true }),
    )
    const files = await listFiles(client, photos)
    return report(files, {
      before,
      cuts,
      count,
      isDone: job !== 'hangs' && job.state === 'done',
      lost: lostWorkers(),
    })
  } finally {
    await close()
  }
}

/** The best label with its score, of a file that was labelled. */
const bestOf = ({ labels: [best] }: PhotoFile): string =>
  best === undefined ? '' : `${best.name} ${best.score}`

interface Outcome {
  /** The sound files' best labels, by path. */
  readonly before: ReadonlyMap<string, string>
  /** Names of files that lack pixels. */
  readonly cuts: ReadonlySet<string>
  readonly count: number
  readonly isDone: boolean
  readonly lost: number
}

function report(files: readonly PhotoFile[], { before, cuts, count, isDone, lost }: Outcome) {
  const damaged = files.filter((file) => !before.has(file.path))
  const labelled = damaged.filter(({ status }) => status === 'labelled')
  const failed = damaged.filter(({ status }) => status === 'failed')
  const bad: string[] = []
  if (!isDone) bad.push('the job did not end')
  if (lost > 0) bad.push(`${lost} workers ended`)
  if (new Set(damaged.map((file) => file.path)).size !== count)
    bad.push(`${damaged.length} rows for ${count} files`)
  for (const { path: file, status, reason } of damaged)
    if (status !== 'labelled' && (status !== 'failed' || reason === null))
      bad.push(`${file}: ${status} without a reason`)
  for (const file of files) {
    const known = before.get(file.path)
    if (known !== undefined && known !== bestOf(file))
      bad.push(`${file.path} got another label beside damaged photos`)
  }
  for (const { path: file } of labelled)
    if (cuts.has(path.basename(file))) bad.push(`${file} was labelled though pixels are missing`)
  return {
    tried: `${count} damaged photos, ${cuts.size} of them JPEG or PNG without their end`,
    held: `each ends once: ${labelled.length} labelled, ${failed.length} failed with a reason; no worker lost`,
    bad,
  }
}
