// Prints how long the keys of 2,000 JPEGs take, beside the SHA-256 of all their bytes, in one run.
// usage: npm run bench:identity -- PHOTOS [COUNT]; JPEGs of PHOTOS are the material, some 1.5 MB each.
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { openRegular } from '../../electron/common/open-file.ts'
import { readKeys } from '../../electron/core/identity/read-keys.ts'
import { mapInFlight } from '../../electron/core/tasks/map-in-flight.ts'
import { inspectFile, type FoundFile } from '../../electron/core/library/scan.ts'

const [photos, count = '2000'] = process.argv.slice(2)
if (photos === undefined) throw new Error('Give a folder with JPEGs.')
/** Different pictures; each file has another number in its EXIF. */
const pictures = 20
const rounds = 6
const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-identity-'))

async function writeJpegs(source: string, files: number): Promise<FoundFile[]> {
  const names = (await readdir(source)).filter((name) => /\.jpe?g$/i.test(name)).slice(0, pictures)
  const made: FoundFile[] = []
  const encoded: Buffer[] = []
  for (const name of names)
    encoded.push(
      await sharp(path.join(source, name), { failOn: 'none' })
        .resize(4000, 3000, { fit: 'cover' })
        .sharpen({ sigma: 2 })
        .withExif({ IFD0: { Make: 'Maker', Model: 'Model', ImageDescription: 'x'.repeat(8000) } })
        .jpeg({ quality: 95 })
        .toBuffer(),
    )
  for (let number = 0; number < files; number++) {
    const comment = Buffer.from(`\xff\xfe\x00\x0c${String(number).padStart(10, '0')}`, 'latin1')
    const jpeg = encoded[number % encoded.length] ?? Buffer.alloc(0)
    const file = path.join(folder, `${number}.jpg`)
    await writeFile(file, Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]))
    made.push(await inspectFile(file))
  }
  return made
}

const sparePieces: Buffer[] = []

/** The SHA-256 of all bytes, as it was read before there were keys. */
async function hashBytes({ path: name }: FoundFile): Promise<Buffer> {
  const piece = sparePieces.pop() ?? Buffer.allocUnsafeSlow(256 * 1024)
  const { handle: file } = await openRegular(name)
  try {
    const hash = createHash('sha256')
    for (let at = 0; ;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, at)
      if (bytesRead === 0) break
      hash.update(piece.subarray(0, bytesRead))
      at += bytesRead
    }
    await file.stat()
    return hash.digest()
  } finally {
    sparePieces.push(piece)
    await file.close()
  }
}

async function measure(files: readonly FoundFile[], work: (file: FoundFile) => Promise<unknown>) {
  const start = performance.now()
  const cpu = process.cpuUsage()
  await mapInFlight(files, work)
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

try {
  const files = await writeJpegs(photos, Number(count))
  const bytes: Awaited<ReturnType<typeof measure>>[] = []
  const keys: Awaited<ReturnType<typeof measure>>[] = []
  // In turns and in both orders, so that other load is shared by both.
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) bytes.push(await measure(files, hashBytes))
    keys.push(await measure(files, (file) => readKeys(file)))
    if (round % 2 === 1) bytes.push(await measure(files, hashBytes))
  }
  for (const [name, runs] of Object.entries({ 'all bytes': bytes, 'both keys': keys }))
    console.log(
      `${name}: wall ${median(runs.map(({ wallMs }) => wallMs)).toFixed(0)} ms, CPU ${median(runs.map(({ cpuMs }) => cpuMs)).toFixed(0)} ms`,
    )
  const ratio = (name: 'wallMs' | 'cpuMs') =>
    median(keys.map((run, round) => run[name] / (bytes[round]?.[name] ?? 1)))
  console.log(`both keys / all bytes: wall ${ratio('wallMs').toFixed(3)}, CPU ${ratio('cpuMs').toFixed(3)}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
