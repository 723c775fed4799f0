// Makes a large library, see test/helpers/large-library.ts.
// usage: node test/bench/make-library.ts FOLDER [--files 100000] [--dim 192] [--pictures 200]
// FOLDER gets library.db, and with --pictures also files that can be shown: so many different JPEGs, shared by hard links.
import path from 'node:path'
import { parseArgs } from 'node:util'
import { makeLibrary } from '../helpers/large-library.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '100000' },
    dim: { type: 'string', default: '0' },
    pictures: { type: 'string', default: '0' },
  },
})
const [folder] = positionals
if (folder === undefined) throw new Error('usage: node test/bench/make-library.ts FOLDER [--files N] …')
const startMs = performance.now()
const file = await makeLibrary({
  folder: path.resolve(folder),
  files: Number(values.files),
  dim: Number(values.dim),
  pictures: Number(values.pictures),
})
console.log(`${file}: ${values.files} files in ${((performance.now() - startMs) / 1000).toFixed(1)} s`)
