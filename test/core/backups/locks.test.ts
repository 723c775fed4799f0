// A backup or a check of an open library leaves the locks of this process in place: to the system they belong to the
// process, and closing any descriptor of the file would release them.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test.skipIf(process.platform !== 'linux')(
  'the library stays locked against other programs after a backup and a check',
  async () => {
    const folder = tempFolder()
    const { client } = openTestCore(folder)
    const { ino } = statSync(path.join(folder, 'library.db'))
    const locks = () =>
      readFileSync('/proc/locks', 'utf8')
        .split('\n')
        .filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${ino} `)).length
    await client.library.summary({})
    expect(locks()).toBe(1)
    await client.backups.create({})
    expect(locks()).toBe(1)
    await client.backups.check({ file: null })
    expect(locks()).toBe(1)
  },
)
