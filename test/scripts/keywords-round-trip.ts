// Writes keywords for files of all formats, and reads them back with exiftool, exiv2 and Labelroom: nothing else changes.
// usage: npm run check:round-trip; needs Perl and exiv2; photos of ../shared, heif-enc and convert where they are there.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { iptcRecords, list, xmpPacket } from '../helpers/metadata-bytes.ts'
import { segment, withSegments } from '../helpers/image-bytes.ts'
import { rawFile, rawKinds } from '../helpers/raw-files.ts'

const cli = fileURLToPath(new URL('../../electron/cli/labelroom.js', import.meta.url))
const exiftool = createRequire(import.meta.url)('exiftool-vendored.pl') as string
const awkward = fileURLToPath(new URL('../../../shared/photos/awkward/', import.meta.url))
const home = mkdtempSync(path.join(tmpdir(), 'labelroom-round-trip-'))
const label = 'Animals/Eule ü'
const [flat, tree] = ['Eule ü', 'Animals|Eule ü']

const image = (red: number) =>
  sharp({ create: { width: 48, height: 32, channels: 3, background: { r: red, g: 90, b: 160 } } })
const xmpSegment = (...properties: readonly string[]) =>
  segment(
    0xe1,
    Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1'), xmpPacket(...properties)]),
  )
/** Keywords among Photoshop's resources, as IPTC has them in a JPEG. */
function iptcSegment(isUtf8: boolean, ...words: readonly Buffer[]): Buffer {
  const records = iptcRecords(isUtf8, ...words)
  const head = Buffer.alloc(12)
  head.write('8BIM\x04\x04', 'latin1')
  head.writeUInt32BE(records.length, 8)
  const pad = Buffer.alloc(records.length % 2)
  return segment(0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0', 'latin1'), head, records, pad]))
}

/** Files by name. Where a program that makes them is missing, they are left out. */
async function build(folder: string): Promise<void> {
  mkdirSync(folder)
  const put = (name: string, bytes: Buffer) => {
    writeFileSync(path.join(folder, name), bytes)
  }
  let red = 0
  const next = () => image((red += 5))
  const jpeg = () => next().jpeg().toBuffer()
  const exif = { IFD0: { Model: 'R5', Artist: 'somebody', Copyright: '© me' } }
  put('plain.jpg', await jpeg())
  put('exif.jpg', await next().withExif(exif).jpeg().toBuffer())
  put('progressive.jpg', await next().jpeg({ progressive: true }).toBuffer())
  put('profile.jpg', await next().withIccProfile('p3').jpeg().toBuffer())
  put('grey.jpg', await next().greyscale().jpeg().toBuffer())
  put('iptc-utf8.jpg', withSegments(await jpeg(), iptcSegment(true, Buffer.from('Zürich'))))
  put('iptc-latin.jpg', withSegments(await jpeg(), iptcSegment(false, Buffer.from('Zürich', 'latin1'))))
  put(
    'digikam.jpg',
    withSegments(
      await jpeg(),
      xmpSegment(list('digiKam:TagsList', 'Seq', 'Places/Rome'), list('dc:subject', 'Bag', 'Rome')),
    ),
  )
  put(
    'lightroom.jpg',
    withSegments(
      await jpeg(),
      xmpSegment(
        list('lr:hierarchicalSubject', 'Bag', 'Places|Rome'),
        list('dc:subject', 'Bag', 'Rome'),
        '<xmp:Rating>4</xmp:Rating>',
      ),
    ),
  )
  put(
    'microsoft.jpg',
    withSegments(await jpeg(), xmpSegment(list('MicrosoftPhoto:LastKeywordXMP', 'Bag', 'Places/Rome'))),
  )
  put(
    'seq.jpg',
    withSegments(await jpeg(), xmpSegment(list('dc:subject', 'Seq', 'one', '2024', 'Paris, France'))),
  )
  put('plain.png', await next().png().toBuffer())
  put('alpha.png', await next().ensureAlpha(0.5).png().toBuffer())
  put('palette.png', await next().png({ palette: true }).toBuffer())
  put('lossy.webp', await next().webp().toBuffer())
  put('lossless.webp', await next().webp({ lossless: true }).toBuffer())
  put('exif.webp', await next().withExif(exif).webp().toBuffer())
  put('plain.tif', await next().tiff({ compression: 'none' }).toBuffer())
  put('lzw.tif', await next().tiff({ compression: 'lzw' }).toBuffer())
  put('tiled.tiff', await next().tiff({ tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer())
  put('plain.avif', await next().avif({ effort: 0 }).toBuffer())
  put('exif.avif', await next().withExif(exif).avif({ effort: 0 }).toBuffer())
  put('plain.gif', await next().gif().toBuffer())
  const preview = await jpeg()
  for (const [at, kind] of rawKinds.entries())
    put(`${kind}.${kind}`, rawFile(kind, { preview, sensor: Buffer.alloc(900, at + 1) }))
  // A pair, and sidecars of other programs.
  put('pair.jpg', await jpeg())
  put('pair.nef', rawFile('nef', { preview, sensor: Buffer.alloc(900, 99) }))
  put(
    'pair.xmp',
    xmpPacket(
      list('dc:subject', 'Bag', 'theirs'),
      '<crs:Exposure2012 xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/">+1.00</crs:Exposure2012>',
    ),
  )
  put('darktable.jpg', await jpeg())
  put(
    'darktable.jpg.xmp',
    xmpPacket(
      list('dc:subject', 'Seq', 'theirs'),
      '<darktable:history xmlns:darktable="http://darktable.sf.net/"><rdf:Seq><rdf:li>step</rdf:li></rdf:Seq></darktable:history>',
    ),
  )
  const png = path.join(folder, 'plain.png')
  spawnSync('heif-enc', [png, '-o', path.join(folder, 'encoded.heic')])
  spawnSync('convert', [png, path.join(folder, 'plain.bmp')])
  if (!existsSync(awkward)) return
  for (const name of readdirSync(awkward))
    if (!/^(truncated|corrupt)/.test(name)) {
      copyFileSync(path.join(awkward, name), path.join(folder, `own-${name}`))
      chmodSync(path.join(folder, `own-${name}`), 0o644)
    }
}

const run = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    env: { ...process.env, LABELROOM_HOME: home },
  })
  if (status !== 0) console.log(`labelroom ${args.join(' ')}: exit ${String(status)}\n${stdout}${stderr}`)
  return stdout
}
/** What is not the file system's, nor where things lie in the file, nor that there is XMP by now. */
const place = /^\[(File|System|ExifTool)]|XMPToolkit|WebP_Flags|Offsets?\b|Start\b|MediaData|ByteCounts/
const tagsOf = (file: string): Set<string> =>
  new Set(
    execFileSync('perl', [exiftool, '-a', '-u', '-G1', '-s', '-sep', ';', file], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '' && !place.test(line))
      .map((line) => line.replace(/\s+/g, ' ')),
  )
/** The tags that may change, and the versions without which records of IPTC are not valid. */
const named =
  /^\[(XMP-dc] Subject|XMP-lr] HierarchicalSubject|XMP-digiKam] TagsList|XMP-microsoft] LastKeywordXMP|IPTC] (Keywords|\w+RecordVersion)|Photoshop] IPTCDigest)/
const exiv2 = (file: string): string | null => {
  const { status, stdout } = spawnSync(
    'exiv2',
    [
      '-K',
      'Xmp.dc.subject',
      '-K',
      'Xmp.lr.hierarchicalSubject',
      '-K',
      'Xmp.digiKam.TagsList',
      '-Pkt',
      'print',
      file,
    ],
    { encoding: 'utf8' },
  )
  return status === 0 || stdout !== '' ? stdout : null
}
const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex')

let wrong = 0
const report = (file: string, why: string) => {
  wrong++
  console.log(`WRONG ${file}: ${why}`)
}

/** Returns how many files were written and read back, by exiv2 too. */
async function trip(how: '--sidecar' | '--in-file'): Promise<void> {
  const folder = path.join(home, how.slice(2))
  const library = ['--library', path.join(home, `${how}.db`)]
  await build(folder)
  const names = readdirSync(folder)
  const photos = names.filter((name) => !name.endsWith('.xmp'))
  const before = new Map(
    names.map((name) => [
      name,
      { tags: tagsOf(path.join(folder, name)), digest: digest(path.join(folder, name)) },
    ]),
  )
  run('scan', folder, ...library)
  const csv = path.join(home, `${how}.csv`)
  writeFileSync(csv, ['file_name,label', ...photos.map((name) => `${name},${label}`)].join('\n'))
  run('import', csv, folder, ...library)
  console.log(run('keywords', 'write', folder, how, '--shared-sidecars', 'use', ...library).trim())
  const counts = { photos: photos.length, inFile: 0, sidecars: 0, exiv2: 0, unreadByExiv2: [] as string[] }
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name)
    const old = before.get(name)
    if (old?.digest === digest(file)) continue
    const now = tagsOf(file)
    counts[name.endsWith('.xmp') ? 'sidecars' : 'inFile']++
    if (how === '--sidecar' && !name.endsWith('.xmp')) report(name, 'the photo itself was changed')
    const text = [...now].join('\n')
    for (const word of [
      `Subject : (.*;)?${flat}(;|$)`,
      `HierarchicalSubject : (.*;)?${tree.replace('|', '\\|')}(;|$)`,
      `TagsList : (.*;)?${label}(;|$)`,
    ])
      if (!new RegExp(word, 'm').test(text)) report(name, `exiftool does not read ${word}`)
    for (const line of [...now].filter((each) => !(old?.tags.has(each) ?? false)))
      if (!named.test(line) && old !== undefined) report(name, `new: ${line}`)
    for (const line of [...(old?.tags ?? [])].filter((each) => !now.has(each)))
      if (!named.test(line)) report(name, `gone: ${line}`)
    const seen = exiv2(file)
    if (seen === null) counts.unreadByExiv2.push(name)
    else if (seen.includes(flat) && seen.includes(tree) && seen.includes(label)) counts.exiv2++
    else report(name, `exiv2 reads ${seen}`)
  }
  // A library that knows nothing yet.
  const found = run(
    'keywords',
    'read',
    folder,
    '--dry-run',
    '--shared-sidecars',
    'use',
    '--library',
    path.join(home, `${how}-new.db`),
  )
  console.log(
    `${how}: ${JSON.stringify(counts)}; Labelroom reads: ${found.split('\n').find((line) => line.startsWith(label)) ?? 'nothing'}`,
  )
}

try {
  await trip('--sidecar')
  await trip('--in-file')
  console.log(wrong === 0 ? 'Nothing else changed.' : `${wrong} differences.`)
  process.exitCode = wrong === 0 ? 0 : 1
} finally {
  rmSync(home, { recursive: true, force: true })
}
