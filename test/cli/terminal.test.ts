// Names of files, labels and models never steer the terminal, wherever the command line prints them.
import { writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import tty from 'node:tty'
import { expect, test, vi } from 'vitest'
import { createProgressLine } from '../../electron/cli/progress.ts'
import { print } from '../../electron/cli/stdout.ts'
import { toLine, toTerminal } from '../../electron/cli/terminal-text.ts'
import { runCliHosted } from '../helpers/cli.ts'
import { writePhoto } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

/** Sets the title, turns text red by C1, deletes, turns the direction around, returns to the start of the line. */
const hostile = '\u001b]0;PWNED\u0007 \u009b31m \u007f \u202egnp.exe \u2066 \rfree'
// eslint-disable-next-line no-control-regex -- what must not be there
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

test('lists, reports and errors about a hostile model and photo hold no control characters', async () => {
  const home = tempFolder()
  const model = await writeTinyModel(path.join(home, `m${hostile.replaceAll('/', '')}`))
  const config = { num_attention_heads: 3, architecture: hostile }
  await writeFile(path.join(model, 'config.json'), JSON.stringify(config))
  const labels = ['ant', 'bee', 'cat', 'dog', 'elk', 'fox'].map((name) => `${name} ${hostile}`)
  await writeFile(path.join(model, 'labels.json'), JSON.stringify([...labels, 'gnu']))
  const photos = path.join(home, `photos ${hostile}`)
  await writePhoto(path.join(photos, `a ${hostile}.jpg`), 1)
  await writeFile(path.join(photos, `b ${hostile}.jpg`), 'no photo')
  const commands = [
    ['models', 'add', model],
    ['models'],
    ['models', 'info', model],
    ['models', 'labels', model],
    ['label', photos, '--model', model, '--device', 'cpu', '--threads', '1'],
    ['queue'],
    ['models', 'info', hostile],
    ['scan', `${photos}/absent`],
    ['models', 'remove', model],
    ['models', `--${hostile}`],
    [hostile],
  ]
  for (const args of commands) {
    const { stdout, stderr } = await runCliHosted(args, home)
    expect(stdout + stderr).not.toBe('')
    expect({ args, stdout: steering.exec(stdout), stderr: steering.exec(stderr) }).toEqual({
      ...{ args, stdout: null, stderr: null },
    })
  }
})

test('tables keep their bytes in files and pipes, and steer no terminal', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const isTerminal = vi.spyOn(tty, 'isatty').mockReturnValue(true)
  syncBuiltinESMExports()
  print(`label\t${hostile}\r\n`)
  const written = String(write.mock.calls[0]?.[0])
  write.mockRestore()
  isTerminal.mockRestore()
  syncBuiltinESMExports()
  expect(written).toBe(
    'label\t\\u001b]0;PWNED\\u0007 \\u009b31m \\u007f \\u202egnp.exe \\u2066 \\u000dfree\r\n',
  )
})

test('progress shows messages without control characters, with those of its own', () => {
  const written: string[] = []
  const stream = { isTTY: true, columns: 200, write: (text: string) => written.push(text) > 0 }
  const line = createProgressLine((text: string) => text, stream as unknown as NodeJS.WriteStream)
  line.update(hostile)
  line.note(hostile)
  expect(
    written
      .filter((text) => text !== '\r\u001b[K')
      .join('')
      .replaceAll('\n', ''),
  ).not.toMatch(steering)
})

test('text in other scripts stays as it is', () => {
  const plain = 'Æ 日本 עברית العربية\u200f 👩\u200d👩\u200d👧 é'
  expect([toLine(plain), toTerminal(plain)]).toEqual([plain, plain])
  expect(toLine('a\tb\nc')).toBe('a\\tb\\nc')
})
