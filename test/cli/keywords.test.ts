// `labelroom keywords write --pending`: commands queue photos, and one writes what is pending.
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openTestCore } from '../helpers/core.ts'
import { runCliHosted } from '../helpers/cli.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

test('an import tells how many photos wait for their keywords, and --pending writes them where the app is set to', async () => {
  const [home, folder] = [tempFolder(), tempFolder()]
  const at = (name: string) => path.join(folder, name)
  for (const [index, name] of ['a.jpg', 'b.jpg'].entries())
    await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: index * 90, g: 9, b: 9 } } })
      .jpeg()
      .toFile(at(name))
  writeFileSync(at('labels.csv'), 'path,label\na.jpg,owl\nb.jpg,cat\n')
  const run = (...args: string[]) => runCliHosted(args, home)
  await run('scan', folder)
  const { client, close } = openTestCore(home, { libraryFile: path.join(home, 'library.db') })
  await client.settings.set({ keywordWriting: { target: 'sidecar', autoAbove: null, isAutomatic: true } })
  await close()
  expect((await run('import', at('labels.csv'), folder)).stderr).toContain(
    '2 photos wait for their keywords: the app writes them when it is open, or labelroom keywords write --pending.',
  )
  expect(existsSync(at('a.jpg.xmp'))).toBe(false)
  expect(await run('keywords', 'write', '--pending')).toMatchObject({
    code: 0,
    stdout: '2 written, 0 as they were, 0 failed.\n',
  })
  expect(existsSync(at('a.jpg.xmp'))).toBe(true)
  expect((await run('keywords', 'write', '--pending')).stdout).toBe('0 written, 0 as they were, 0 failed.\n')
})

test.each([
  [['keywords', 'write'], 'Give the folders, or --pending.'],
  [['keywords', 'write', '--pending', 'photos'], '--pending takes neither folders nor other options'],
  [['keywords', 'write', '--pending', '--in-file'], '--pending takes neither folders nor other options'],
])('refuses %j as a wrong use', async (args, message) => {
  const { code, stderr } = await runCliHosted(args, tempFolder())
  expect(code).toBe(1)
  expect(stderr).toContain(message)
})
