// The part `merge` of million.ts, in a process of its own: libraries into a new one, which is deleted again.
// usage: node test/bench/million-merge.ts FOLDER LIBRARY…
import { mkdirSync, rmSync } from 'node:fs'
import type { MergeReport } from '../../electron/contract/imports.ts'
import { openMadeLibrary } from '../helpers/made-library.ts'
import { onceWithProgress, say, sayMemory } from './million-measure.ts'

const [, , folder = '', ...files] = process.argv
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const { core, client } = openMadeLibrary(folder)
const reports: MergeReport[] = []
const what = `merge of ${files.length} libraries`
await onceWithProgress(core, { what, event: 'import.progress' }, async () => {
  reports.push(await client.imports.merge({ files, examples: 0, taskId: 'measured' }))
})
sayMemory('merge')
for (const { total, library } of reports) {
  for (const count of ['files', 'labelled', 'failed', 'skipped', 'pending'] as const)
    if (total[count] !== library[count])
      throw new Error(`${count}: the libraries have ${total[count]}, the new one has ${library[count]}`)
  say(`${what}, files`, library.files, '')
}
await core.close()
rmSync(folder, { recursive: true })
