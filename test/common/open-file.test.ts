// What is opened as a file, and what is refused without waiting for it.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  openRegular,
  openRegularSync,
  readOpen,
  readRegular,
  readRegularSync,
} from '../../electron/common/open-file.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const refused = (sentence: string) => ({ name: 'RefusedFile', message: sentence })

test('reads a file, also through a link', async () => {
  const folder = tempFolder()
  const [file, link] = ['file', 'link'].map((name) => path.join(folder, name)) as [string, string]
  writeFileSync(file, 'content')
  symlinkSync(file, link)
  for (const name of [file, link]) {
    expect((await readRegular(name, 7)).toString()).toBe('content')
    expect(readRegularSync(name, 7).toString()).toBe('content')
  }
})

test.skipIf(process.platform === 'win32')(
  'refuses a pipe that nobody writes to, a socket, a device and a folder at once, also behind a link',
  async () => {
    const folder = tempFolder()
    const [pipe, socket, link] = ['pipe', 'socket', 'link'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ]
    execFileSync('mkfifo', [pipe])
    symlinkSync(pipe, link)
    const server = net.createServer().listen(socket)
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    for (const name of [pipe, link, socket, '/dev/zero', '/dev/tty']) {
      const isDevice = refused('It is a device or a pipe, not a file.')
      await expect(readRegular(name, 1)).rejects.toMatchObject(isDevice)
      expect(() => openRegularSync(name)).toThrow(isDevice.message)
    }
    await expect(openRegular(folder)).rejects.toMatchObject(refused('It is a folder, not a file.'))
  },
)

test('reads no file that is larger than the limit, and none that changes meanwhile', async () => {
  const file = path.join(tempFolder(), 'file')
  writeFileSync(file, Buffer.alloc(3 * 2 ** 20))
  const tooLarge = 'It is larger than 2 MB, the limit for this kind of file.'
  await expect(readRegular(file, 2 ** 21)).rejects.toMatchObject(refused(tooLarge))
  expect(() => readRegularSync(file, 2 ** 21)).toThrow(tooLarge)
  const opened = await openRegular(file)
  onTestFinished(() => opened.handle.close())
  truncateSync(file, 1)
  await expect(readOpen(opened, 2 ** 22)).rejects.toMatchObject(
    refused('It was changed while it was read; try again.'),
  )
})
