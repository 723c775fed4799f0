// Prints a table: which labels and suggestions a photo keeps when other programs write into its file, format by format.
// usage: npm run check:identity -- PHOTOS; needs exiftool, jpegtran, and a python3 with Pillow (or PYTHON=...).
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { scanLibrary } from '../../electron/core/library/ingest.ts'
import { openStore } from '../../electron/core/store/db.ts'

const run = promisify(execFile)
const [photos] = process.argv.slice(2)
if (photos === undefined) throw new Error('Give a folder with photos, among them example.heic.')
const python = process.env['PYTHON'] ?? 'python3'
const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-identity-'))

const exiftool =
  (...options: string[]) =>
  (file: string) =>
    run('exiftool', ['-q', '-q', '-m', '-overwrite_original', ...options, file])
const pillow = (options: string) => (file: string) =>
  run(python, [
    '-c',
    `import sys; from PIL import Image; i = Image.open(sys.argv[1]); i.load(); i.save(sys.argv[1]${options})`,
    file,
  ])
const jpegtran =
  (...options: string[]) =>
  async (file: string) => {
    if (!file.endsWith('.jpeg')) throw new Error('it is no JPEG')
    await run('jpegtran', [...options, '-outfile', `${file}.new`, file])
    await copyFile(`${file}.new`, file)
    await rm(`${file}.new`)
  }

const edits: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  keyword: exiftool('-XMP-dc:Subject+=dog'),
  rating: exiftool('-XMP-xmp:Rating=5'),
  orientation: exiftool('-n', '-Orientation=3'),
  'ICC strip': exiftool('-ICC_Profile:all='),
  'thumbnail removal': exiftool('-ThumbnailImage=', '-IFD1:all='),
  'all metadata removed': exiftool('-all='),
  'jpegtran -copy all': jpegtran('-copy', 'all'),
  'jpegtran -optimize': jpegtran('-copy', 'all', '-optimize'),
  'jpegtran -rotate 90': jpegtran('-copy', 'all', '-rotate', '90'),
  'Pillow, saved again': pillow(''),
}

/** Photos of every format; real ones where the folder has them. */
async function writeSources(): Promise<Record<string, string>> {
  const source = path.join(photos ?? '', 'Landscape_6.jpg')
  const made: Record<string, string> = {}
  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif'] as const) {
    const file = path.join(folder, `source.${format}`)
    const image = sharp(source).resize(600).keepMetadata().withIccProfile('p3')
    await image.toFormat(format).toFile(file)
    made[format] = file
  }
  const bmp = path.join(folder, 'source.bmp')
  await copyFile(made['jpeg'] ?? '', bmp)
  await pillow(', "BMP"')(bmp)
  made['bmp'] = bmp
  for (const name of await readdir(photos ?? ''))
    if (path.extname(name) === '.heic') made['heic'] ??= path.join(photos ?? '', name)
  // With a thumbnail, as cameras write it.
  await sharp(source).resize(160).jpeg().toFile(path.join(folder, 'thumbnail.jpg'))
  await exiftool(`-ThumbnailImage<=${path.join(folder, 'thumbnail.jpg')}`)(made['jpeg'] ?? '')
  return made
}

/** Returns what is left of a label and of the suggestions after the edit. */
async function attempt(source: string, edit: (file: string) => Promise<unknown>): Promise<string> {
  const place = await mkdtemp(path.join(folder, 'case-'))
  const file = path.join(place, `photo${path.extname(source)}`)
  await copyFile(source, file)
  const store = openStore({ file: path.join(place, 'library.db') })
  try {
    await scanLibrary(store, [place])
    const before = store.files.find(file)?.photoId ?? null
    if (before === null) return 'not read'
    store.annotations.confirm([before], 'dog')
    try {
      await edit(file)
    } catch {
      return 'not possible'
    }
    await scanLibrary(store, [place])
    const after = store.files.find(file)?.photoId ?? null
    if (after === null) return 'not read'
    const [label] = store.annotations.of([after]).get(after) ?? []
    if (label === undefined) return 'NO'
    return label.isChanged ? 'yes, marked' : after === before ? 'yes' : 'yes, new suggestions'
  } finally {
    store.close()
  }
}

try {
  const sources = await writeSources()
  const rows = [['edit', ...Object.keys(sources)]]
  for (const [name, edit] of Object.entries(edits)) {
    const cells = [name]
    for (const source of Object.values(sources)) cells.push(await attempt(source, edit))
    rows.push(cells)
  }
  rows.splice(
    1,
    0,
    (rows[0] ?? []).map(() => '---'),
  )
  for (const cells of rows) console.log(`| ${cells.join(' | ')} |`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
