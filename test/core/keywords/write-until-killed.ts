// Writes keywords into the photos of a folder again and again, until it is killed; started by kill.test.ts.
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { stampOf } from '../../../electron/common/file-stamp.ts'
import { changeFile } from '../../../electron/core/keywords/change-file.ts'
import { createKeywordTool } from '../../../electron/core/keywords/exiftool.ts'

const [folder = ''] = process.argv.slice(2)
const tool = createKeywordTool()
for (let round = 0; ; round++)
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.jpg'))) {
    const file = path.join(folder, name)
    const fields = { 'XMP-dc:Subject': { remove: [], add: [`word ${round}`] } }
    await changeFile(file, fields, { tool, isPhoto: true, stamp: stampOf(await stat(file)) })
  }
