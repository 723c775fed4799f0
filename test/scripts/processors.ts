// Compares our pixels with those of other libraries' processors, photo by photo: see processors.py.
//
// usage: node test/scripts/processors.ts GOLDENS.json PHOTOS_FOLDER
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pixelDifference, preprocessingOf, type ProcessorGoldens } from '../models/config/processors.ts'

const [goldensFile = '', photosFolder = ''] = process.argv.slice(2)
const { grid, cases } = JSON.parse(readFileSync(goldensFile, 'utf8')) as ProcessorGoldens
console.log('rule | mean of photos | worst photo')
for (const one of cases) {
  const folder = mkdtempSync(join(tmpdir(), 'labelroom-processors-'))
  const preprocessing = await preprocessingOf(one, folder)
  rmSync(folder, { recursive: true })
  const differences: [number, string][] = []
  for (const [photo, golden] of Object.entries(one.photos))
    differences.push([
      await pixelDifference(join(photosFolder, photo), golden, { grid, ...one }, preprocessing),
      photo,
    ])
  const mean = differences.reduce((sum, [difference]) => sum + difference, 0) / differences.length
  const [worst] = differences.sort(([a], [b]) => b - a)
  console.log(`${one.name} | ${mean.toFixed(3)} | ${worst?.[0].toFixed(3)} ${worst?.[1]}`)
}
