// The report that a user may save after something went wrong.
import { writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { productVersion } from '../../electron/host/app-info.ts'
import { logFile, oldLogFile } from '../../electron/host/data-folder.ts'
import { makeReport } from '../../electron/host/report.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

test('holds the versions and the end of the log, without the name of the home folder', async () => {
  const home = tempFolder()
  const lines = Array.from({ length: 500 }, (_, at) => `line ${at}`)
  writeFileSync(oldLogFile(home), `${lines.join('\n')}\n`)
  writeFileSync(logFile(home), `[error] ${path.join(os.homedir(), 'photos', 'a.jpg')} broke\n`)
  const report = await makeReport(home)
  expect(report).toContain(`Labelroom: ${productVersion}\n`)
  expect(report).toContain('line 499\n')
  expect(report).not.toContain('line 99\n')
  expect(report).toContain(`[error] ${path.join('~', 'photos', 'a.jpg')} broke`)
  expect(report).not.toContain(os.homedir())
})

test('needs no log', async () => {
  expect(await makeReport(path.join(tempFolder(), 'none'))).toContain('Memory: ')
})
