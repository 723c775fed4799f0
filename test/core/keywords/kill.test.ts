// A writer that is killed in the middle of a file leaves every photo whole. check:keywords does the same with 500 photos.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, watch } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { readBlocks, readKeys } from '../../../electron/core/identity/read-keys.ts'
import { createKeywordTool } from '../../../electron/core/keywords/exiftool.ts'
import { inspectFile } from '../../../electron/core/library/scan.ts'
import { readMetadata } from '../../../electron/core/metadata/file-metadata.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const isPossible = (await createKeywordTool().obstacle()) === null
const script = fileURLToPath(new URL('write-until-killed.ts', import.meta.url))

const identity = async (file: string) => (await readKeys(await inspectFile(file)))?.rendering.toString('hex')

/** Kills the writer at the n-th sign of a copy beside a photo. */
async function writeAndKill(folder: string, signs: number): Promise<void> {
  const writer = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(writer, 'exit')
  let seen = 0
  const watcher = watch(folder, (_, name) => {
    if (name?.startsWith('.labelroom-') === true && ++seen === signs) writer.kill('SIGKILL')
  })
  const [code] = (await ended) as [number | null]
  watcher.close()
  // It never ends by itself but with an error.
  expect(code).toBeNull()
}

test.runIf(isPossible)(
  'a kill in the middle of a write leaves every photo whole, with its pixels',
  async () => {
    const folder = tempFolder()
    const files = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => path.join(folder, name))
    for (const [index, file] of files.entries())
      await sharp({
        create: { width: 320, height: 240, channels: 3, background: { r: index * 60, g: 9, b: 9 } },
      })
        .jpeg()
        .toFile(file)
    const before = await Promise.all(files.map(identity))
    for (const signs of [1, 6, 15]) await writeAndKill(folder, signs)
    for (const [index, file] of files.entries()) {
      expect(await identity(file)).toBe(before[index])
      const blocks = await readBlocks(file)
      expect((await readMetadata(blocks?.blocks ?? { xmp: null, iptc: null }, null)).isDamaged).toBe(false)
      await sharp(file, { failOn: 'warning' }).raw().toBuffer()
    }
    // Half-written copies have names that no scan takes for photos.
    expect(readdirSync(folder).filter((name) => !name.startsWith('.labelroom-'))).toHaveLength(files.length)
  },
)
