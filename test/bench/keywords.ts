// Prints how many new sidecars and how many changes inside photos are written in a second, beside plain files.
// usage: npm run bench:keywords -- [SIDECARS] [PHOTOS]; the second part needs Perl.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { stampOf } from '../../electron/common/file-stamp.ts'
import { changeKeywords } from '../../electron/core/keywords/change.ts'
import { changeFile } from '../../electron/core/keywords/change-file.ts'
import { createKeywordTool } from '../../electron/core/keywords/exiftool.ts'
import { sidecarsInFlight, sidecarText, writeNewSidecar } from '../../electron/core/keywords/new-sidecar.ts'
import { mapInFlight } from '../../electron/core/tasks/map-in-flight.ts'

const sidecars = Number(process.argv[2] ?? 5000)
const photos = Number(process.argv[3] ?? 200)
const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-keywords-'))
const change = changeKeywords({}, null, { wanted: new Set(['Birds/Owl', 'harbour']), removable: new Set() })
if (change === null) throw new Error('there is nothing to write')
const text = sidecarText(change.fields)

async function time(
  what: string,
  count: number,
  work: (number: number) => Promise<void>,
  inFlight?: number,
): Promise<void> {
  const startedAtMs = performance.now()
  await mapInFlight(
    Array.from({ length: count }, (_, number) => number),
    work,
    inFlight,
  )
  const seconds = (performance.now() - startedAtMs) / 1000
  console.log(`${what}: ${count} in ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} a second`)
}

const tool = createKeywordTool()
try {
  for (const name of ['plain', 'sidecars', 'photos']) await mkdir(path.join(folder, name))
  await time(
    'plain files, not synced',
    sidecars,
    (number) => writeFile(path.join(folder, 'plain', `${number}.xmp`), text),
    sidecarsInFlight,
  )
  await time(
    'new sidecars',
    sidecars,
    (number) => writeNewSidecar(path.join(folder, 'sidecars', `${number}.jpg.xmp`), text),
    sidecarsInFlight,
  )
  const obstacle = await tool.obstacle()
  if (obstacle === null) {
    const jpeg = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer()
    const file = (number: number) => path.join(folder, 'photos', `${number}.jpg`)
    for (let number = 0; number < photos; number++) await writeFile(file(number), jpeg)
    await time(`changes inside photos of ${Math.round(jpeg.length / 1024)} kB`, photos, async (number) =>
      changeFile(file(number), change.fields, {
        tool,
        isPhoto: true,
        stamp: stampOf(await stat(file(number))),
      }),
    )
    await time('changes of sidecars', photos, async (number) => {
      const sidecar = path.join(folder, 'sidecars', `${number}.jpg.xmp`)
      const more = { 'XMP-dc:Subject': { remove: [], add: [`word ${number}`] } }
      await changeFile(sidecar, more, { tool, isPhoto: false, stamp: stampOf(await stat(sidecar)) })
    })
  } else console.log('Changes of files are not measured: there is no Perl.')
} finally {
  await tool.close()
  await rm(folder, { recursive: true, force: true })
}
