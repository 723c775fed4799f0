// Keywords written into photos and into sidecars of other programs by ExifTool; skipped where there is no Perl.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { createKeywordTool } from '../../../electron/core/keywords/exiftool.ts'
import { readKeys } from '../../../electron/core/identity/read-keys.ts'
import { inspectFile } from '../../../electron/core/library/scan.ts'
import { openTestCore } from '../../helpers/core.ts'
import { list, xmpPacket } from '../../helpers/metadata-bytes.ts'
import { rawFile } from '../../helpers/raw-files.ts'
import { saying } from '../../helpers/messages.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const isPossible = (await createKeywordTool().obstacle()) === null
if (!isPossible) console.warn('Keywords in files are not tested: there is no Perl on this computer.')

const script = createRequire(import.meta.url)('exiftool-vendored.pl') as string
/** Every tag but those of the file system, that a WebP has XMP at all, and where a TIFF or AVIF has its pixels. */
const tagsOf = (file: string): string[] =>
  execFileSync('perl', [script, '-a', '-u', '-G1', '-s', '--System:all', '-sep', ';', file], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => !/^\[File]|XMPToolkit|WebP_Flags|Offsets?\b|Start\b|MediaData/.test(line))

const formats = {
  jpg: (image: Sharp) => image.jpeg(),
  png: (image: Sharp) => image.png(),
  webp: (image: Sharp) => image.webp(),
  tif: (image: Sharp) => image.tiff(),
  avif: (image: Sharp) => image.avif({ effort: 0 }),
}

/** A library with one photo of each format, all of them confirmed as an owl. */
async function library() {
  const folder = tempFolder()
  for (const [index, [format, encode]] of Object.entries(formats).entries()) {
    const image = sharp({
      create: { width: 16, height: 8, channels: 3, background: { r: index * 30, g: 5, b: 5 } },
    })
    const file = join(folder, `a.${format}`)
    await encode(image.withExif({ IFD0: { Model: 'R5', Artist: 'somebody' } })).toFile(file)
    utimesSync(file, 1_500_000_000, 1_500_000_000.5)
  }
  const files = Object.keys(formats).map((format) => join(folder, `a.${format}`))
  const { client } = openTestCore(tempFolder())
  await client.library.scan({ folders: [folder] })
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 10 })
  const photoIds = cards.flatMap(({ photoId }) => photoId ?? [])
  await client.labels.confirm({ photoIds, name: 'Birds/Eule ü' })
  return { folder, files, client, photoIds }
}

const identities = (files: readonly string[]) =>
  Promise.all(files.map(async (file) => (await readKeys(await inspectFile(file)))?.rendering.toString('hex')))

test.runIf(isPossible)(
  'a photo of each format gets the keywords and nothing else: other tags, pixels and date stay, and undo takes them out',
  async () => {
    const { files, client } = await library()
    const [tags, pixels] = [files.map(tagsOf), await identities(files)]
    expect(await client.keywords.write({ target: 'file' })).toMatchObject({ written: 5, failed: 0 })
    for (const [index, file] of files.entries()) {
      const before = new Set(tags[index])
      const now = tagsOf(file)
      expect(now.filter((line) => !before.has(line)).map((line) => line.replace(/\s+/g, ' '))).toEqual([
        '[XMP-dc] Subject : Eule ü',
        '[XMP-digiKam] TagsList : Birds/Eule ü',
        '[XMP-lr] HierarchicalSubject : Birds|Eule ü',
      ])
      expect([...before].filter((line) => !now.includes(line))).toEqual([])
      expect(statSync(file).mtimeMs).toBeCloseTo(1_500_000_000_500, 0)
    }
    expect(await identities(files)).toEqual(pixels)
    expect(await client.keywords.write({ target: 'file' })).toMatchObject({ written: 0, unchanged: 5 })
    expect((await client.labels.list({}))[0]).toMatchObject({ confirmed: 5 })
    await client.history.undo({})
    expect(files.map(tagsOf)).toEqual(tags)
  },
)

/** Node has no call for extended attributes; Python has them on Linux. */
const python = (code: string, ...args: readonly string[]) =>
  execFileSync('python3', ['-c', `import os, sys\n${code}`, ...args], { encoding: 'utf8' })
function hasAttributes(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'labelroom-attributes-'))
  try {
    python("os.setxattr(sys.argv[1], 'user.test', b'1')", folder)
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test.runIf(isPossible && hasAttributes())(
  'extended attributes, in which file managers keep tags, stay with the photo and its mode',
  async () => {
    const { files, client } = await library()
    const [jpeg = ''] = files
    chmodSync(jpeg, 0o640)
    python("os.setxattr(sys.argv[1], 'user.xdg.tags', b'owl,sea')", jpeg)
    expect(await client.keywords.write({ target: 'file' })).toMatchObject({ written: 5, failed: 0 })
    expect(tagsOf(jpeg).join('\n')).toMatch(/Subject +: Eule ü/)
    expect(python("print(os.getxattr(sys.argv[1], 'user.xdg.tags').decode())", jpeg).trim()).toBe('owl,sea')
    expect(statSync(jpeg).mode & 0o777).toBe(0o640)
  },
)

test.runIf(isPossible)(
  'a sidecar of darktable keeps its history, its tags and a Seq; our word is taken out when the label is cleared',
  async () => {
    const { folder, client, photoIds } = await library()
    const sidecar = join(folder, 'a.jpg.xmp')
    const history =
      '<darktable:history xmlns:darktable="http://darktable.sf.net/"><rdf:Seq><rdf:li>step</rdf:li></rdf:Seq></darktable:history>'
    writeFileSync(sidecar, xmpPacket(list('dc:subject', 'Seq', 'theirs'), history))
    await client.library.scan({ folders: [folder] })
    expect(await client.keywords.write({})).toMatchObject({ written: 5, failed: 0 })
    const text = readFileSync(sidecar, 'utf8')
    expect(text).toContain('step')
    expect(tagsOf(sidecar).join('\n')).toMatch(/Subject +: theirs;Eule ü/)
    await client.labels.clear({ photoIds, name: 'Birds/Eule ü', state: null })
    expect(await client.keywords.write({})).toMatchObject({ failed: 0 })
    expect((await client.keywords.list({})).keywords.map(({ name }) => name)).toEqual(['theirs'])
    expect(readFileSync(sidecar, 'utf8')).toContain('step')
  },
)

test.runIf(isPossible)(
  'a RAW file is never written, whatever its name: its keywords go into a sidecar, or it fails with the reason',
  async () => {
    const folder = tempFolder()
    const preview = await sharp({ create: { width: 32, height: 24, channels: 3, background: '#246' } })
      .jpeg()
      .toBuffer()
    const files = ['a.nef', 'b.tif'].map((name) => join(folder, name))
    for (const [at, file] of files.entries())
      writeFileSync(file, rawFile(at === 0 ? 'nef' : 'dng', { preview, sensor: Buffer.alloc(900, at) }))
    const before = files.map((file) => [readFileSync(file), statSync(file).ino, statSync(file).mtimeMs])
    const { client } = openTestCore(tempFolder())
    await client.library.scan({ folders: [folder] })
    const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 10 })
    await client.labels.confirm({ photoIds: cards.flatMap(({ photoId }) => photoId ?? []), name: 'owl' })
    expect(await client.keywords.write({ target: 'file' })).toMatchObject({
      ...{ written: 2, failed: 1 },
      failures: [{ path: files[1], reason: saying(expect.stringContaining('RAW files are never changed')) }],
    })
    for (const name of ['a.nef.xmp', 'a.xmp'])
      expect(readFileSync(join(folder, name), 'utf8')).toContain('<rdf:li>owl</rdf:li>')
    expect(files.map((file) => [readFileSync(file), statSync(file).ino, statSync(file).mtimeMs])).toEqual(
      before,
    )
  },
)

test.runIf(isPossible)(
  'of a pair the JPEG is written itself, the RAW file gets the words in the sidecar of Lightroom that is there; taking the label away and undo reach both',
  async () => {
    const folder = tempFolder()
    const [jpeg, raw, sidecar] = ['a.jpg', 'a.nef', 'a.xmp'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    await sharp({ create: { width: 32, height: 24, channels: 3, background: '#246' } })
      .jpeg()
      .toFile(jpeg)
    writeFileSync(raw, rawFile('nef', { preview: readFileSync(jpeg), sensor: Buffer.alloc(900, 5) }))
    const crs =
      '<crs:Exposure2012 xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/">+1.00</crs:Exposure2012>'
    writeFileSync(sidecar, xmpPacket(list('dc:subject', 'Bag', 'theirs'), crs))
    const { client } = openTestCore(tempFolder())
    await client.library.scan({ folders: [folder] })
    const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 10 })
    const photoIds = cards.flatMap(({ photoId }) => photoId ?? [])
    await client.labels.confirm({ photoIds, name: 'Birds/Eule ü' })
    const subjects = () =>
      [jpeg, sidecar].map((file) => /Subject +: (.*)/.exec(tagsOf(file).join('\n'))?.[1] ?? '')
    expect(await client.keywords.write({ target: 'file' })).toMatchObject({ written: 2, failed: 0 })
    expect(subjects()).toEqual(['Eule ü', 'theirs;Eule ü'])
    expect(readFileSync(sidecar, 'utf8')).toContain('+1.00')
    await client.labels.clear({ photoIds, name: 'Birds/Eule ü', state: null })
    expect(await client.keywords.write({ target: 'file' })).toMatchObject({ written: 2, failed: 0 })
    expect(subjects()).toEqual(['', 'theirs'])
    await client.history.undo({})
    expect(subjects()).toEqual(['Eule ü', 'theirs;Eule ü'])
  },
)

const ratingIn = (file: string): string =>
  execFileSync('perl', [script, '-s', '-s', '-s', '-XMP-xmp:Rating', file], { encoding: 'utf8' }).trim()

test.runIf(isPossible)(
  'stars are written beside keywords and alone, read back as written, and undo leaves what another program wrote since',
  async () => {
    const { files, client, photoIds, folder } = await library()
    await client.keywords.write({ target: 'file' })
    await client.ratings.set({ photoIds, stars: 3 })
    const pixels = await identities(files)
    expect(await client.keywords.write({ target: 'file' })).toMatchObject({ written: 5, failed: 0 })
    expect(files.map(ratingIn)).toEqual(['3', '3', '3', '3', '3'])
    expect(await identities(files)).toEqual(pixels)
    await client.ratings.set({ photoIds, flag: 'reject' })
    await client.labels.confirm({ photoIds, name: 'night' })
    await client.keywords.write({ target: 'file' })
    expect(files.map(ratingIn)).toEqual(['-1', '-1', '-1', '-1', '-1'])
    await client.library.scan({ folders: [folder] })
    expect((await client.browse.facets({})).flagged).toBe(5)
    const [other = '', ...own] = files
    execFileSync('perl', [script, '-q', '-overwrite_original', '-XMP-xmp:Rating=5', other])
    await client.history.undo({})
    expect([other, ...own].map(ratingIn)).toEqual(['5', '3', '3', '3', '3'])
    await client.history.redo({})
    expect([other, ...own].map(ratingIn)).toEqual(['5', '-1', '-1', '-1', '-1'])
  },
)
