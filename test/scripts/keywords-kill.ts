// Kills `labelroom keywords write --in-file` again and again: every photo stays whole, and the last run finishes the rest.
// usage: npm run check:keywords -- [PHOTOS]; needs Perl.
import { spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { readBlocks, readKeys } from '../../electron/core/identity/read-keys.ts'
import { inspectFile } from '../../electron/core/library/scan.ts'
import { readMetadata } from '../../electron/core/metadata/file-metadata.ts'

const photos = Number(process.argv[2] ?? 500)
const cli = fileURLToPath(new URL('../../electron/cli/labelroom.js', import.meta.url))
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-keywords-kill-'))
const folder = path.join(home, 'photos')

const start = (...args: readonly string[]) =>
  spawn(process.execPath, [cli, ...args, '--library', path.join(home, 'library.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LABELROOM_HOME: home },
  })
const ended = (child: ReturnType<typeof start>) =>
  new Promise<number | null>((resolve) =>
    child.once('exit', (code) => {
      resolve(code)
    }),
  )

/** The pixels of each photo, and how many have the keyword. */
async function look(): Promise<{ identities: Map<string, string>; written: number; left: number }> {
  const identities = new Map<string, string>()
  let written = 0
  const names = await readdir(folder)
  for (const name of names.filter((file) => file.endsWith('.jpg'))) {
    const file = path.join(folder, name)
    const keys = await readKeys(await inspectFile(file))
    const blocks = await readBlocks(file)
    if (keys === null || blocks === null) throw new Error(`${name} is not whole`)
    const { metadata, isDamaged } = await readMetadata(blocks.blocks, null)
    if (isDamaged) throw new Error(`the XMP of ${name} is damaged`)
    // Decodes every pixel.
    await sharp(file, { failOn: 'warning' }).raw().toBuffer()
    identities.set(name, keys.rendering.toString('hex'))
    if (metadata.keywords.includes('Birds/Owl')) written++
  }
  return { identities, written, left: names.filter((name) => name.startsWith('.labelroom-')).length }
}

try {
  await mkdir(folder)
  const rows = ['file_name,label']
  const first = path.join(home, 'first.jpg')
  await sharp({ create: { width: 640, height: 480, channels: 3, background: 'teal' } })
    .jpeg()
    .toFile(first)
  for (let number = 0; number < photos; number++) {
    const file = path.join(folder, `${number}.jpg`)
    if (number % 2 === 0)
      await sharp({
        create: {
          width: 640,
          height: 480,
          channels: 3,
          background: { r: number % 256, g: number >> 8, b: 9 },
        },
      })
        .jpeg()
        .toFile(file)
    else await copyFile(first, file)
    rows.push(`${number}.jpg,Birds/Owl`)
  }
  await writeFile(path.join(home, 'labels.csv'), rows.join('\n'))
  await ended(start('scan', folder))
  await ended(start('import', path.join(home, 'labels.csv'), folder))
  const before = await look()
  let kills = 0
  for (let done = 0; done < photos;) {
    const child = start('keywords', 'write', folder, '--in-file')
    const end = ended(child)
    // At the n-th sign of a copy beside a photo: in the middle of a file, another place each time.
    let signs = 0
    const watcher = watch(folder, (_, name) => {
      if (name?.startsWith('.labelroom-') === true && ++signs === 3 + 11 * kills) child.kill('SIGKILL')
    })
    const code = await end
    watcher.close()
    if (code === null) kills++
    const now = await look()
    for (const [name, identity] of before.identities)
      if (now.identities.get(name) !== identity) throw new Error(`${name} is another picture now`)
    console.log(
      `${code === null ? 'killed' : 'ended'}: ${now.written} of ${photos} written, all whole, ${now.left} temporary files left`,
    )
    done = code === null ? now.written : photos
    if (code !== null && now.written < photos)
      throw new Error(`${photos - now.written} photos were not written`)
  }
  console.log(`${photos} photos are whole after ${kills} kills.`)
} finally {
  await rm(home, { recursive: true, force: true })
}
