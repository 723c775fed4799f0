// `labelroom watch`: what it says of files that come, change, move and go, and how it ends.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rename, rm, truncate } from 'node:fs/promises'
import path from 'node:path'
import { expect, test, vi } from 'vitest'
import { isRunning } from '../../electron/common/is-running.ts'
import { runCli, startCli } from '../helpers/cli.ts'
import { openTestCore } from '../helpers/core.ts'
import { writePhoto } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

/** A started watch on a folder with the photos `a.jpg` and `old/b.jpg`. */
async function watching(...options: readonly string[]) {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  await writePhoto(path.join(photos, 'a.jpg'), 1)
  await writePhoto(path.join(photos, 'old/b.jpg'), 2)
  const model = await writeTinyModel(path.join(home, 'tiny'))
  const library = ['--library', path.join(home, 'library.db')]
  expect((await runCli(['models', 'add', model, ...library], home)).code).toBe(0)
  const child = startCli(['watch', photos, ...options, ...library], home)
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = once(child, 'close') as Promise<[code: number | null]>
  /** Resolves once all of this was said after the last call. */
  const until = async (...patterns: readonly RegExp[]) => {
    while (!patterns.every((pattern) => pattern.test(said))) {
      const next = await Promise.race([once(child.stderr ?? child, 'data'), ended])
      if (typeof next[0] !== 'string') throw new Error(`it ended with ${String(next[0])}: ${said}`)
    }
    const heard = said
    said = ''
    return heard
  }
  return { home, photos, child, until, ended, said: () => said }
}

test('tells of files that come, change, move and go, and knows them all at its end, which is Ctrl-C', async () => {
  const { home, photos, child, until, ended, said } = await watching()
  await until(/Watching .*photos\n/)

  await writePhoto(path.join(photos, 'c.jpg'), 3)
  await until(/Changes read: 2 files looked at, 2 photos, 0 skipped, 0 failed\./)

  await truncate(path.join(photos, 'c.jpg'), 0)
  await until(/2 files looked at, 1 photos, \d skipped, \d failed\./)
  await writePhoto(path.join(photos, 'c.jpg'), 4)
  await until(/2 files looked at, 2 photos, 0 skipped, 0 failed\./)

  await rename(path.join(photos, 'c.jpg'), path.join(photos, 'old/c.jpg'))
  await until(/Changes read: \d files looked at, (3|2) photos/)

  await rm(path.join(photos, 'a.jpg'))
  await until(/Changes read: 0 files looked at, 0 photos/)

  child.kill('SIGINT')
  expect((await ended)[0]).toBe(0)
  expect(said()).toBe('')
  const { client } = openTestCore(home)
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 9 })
  const here = cards.filter(({ isMissing }) => !isMissing).map((card) => path.relative(photos, card.path))
  expect(here).toEqual([path.join('old', 'b.jpg'), path.join('old', 'c.jpg')])
})

test.runIf(existsSync('/proc/self/task'))(
  'labels what comes where it is asked to, and leaves no process behind',
  async () => {
    const { photos, child, until, ended } = await watching('--label')
    await until(/Watching .*photos\n/)
    await writePhoto(path.join(photos, 'c.jpg'), 3)
    await until(/1 files: 1 labelled, 0 failed, 0 skipped\./)
    const pid = String(child.pid ?? 0)
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'))
      .trim()
      .split(' ')
      .map(Number)
    expect(children.filter((each) => each > 0).length).toBeGreaterThan(0)
    child.kill('SIGINT')
    expect((await ended)[0]).toBe(0)
    // The system takes a moment to end a process that was killed.
    await vi.waitFor(() => {
      expect(children.filter((each) => each > 0 && isRunning(each))).toEqual([])
    })
  },
)
