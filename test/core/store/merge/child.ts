// Merges libraries, and kills itself after the progress that is named: `matching 3` is the third report of that stage.
import { openStore } from '../../../../electron/core/store/db.ts'

const [target = '', point = '', ...files] = process.argv.slice(2)
const [stage, times] = point.split(' ')
const store = openStore({ file: target })
let reports = 0
await store.merge.libraries(files, {
  roots: [],
  signal: new AbortController().signal,
  onProgress(now) {
    if (now === stage && ++reports === Number(times)) process.kill(process.pid, 'SIGKILL')
  },
})
store.close()
