// Attacks Labelroom in one way and prints the row of the table in docs/security.md; fails where something does not hold.
// usage: npm run check:NAME -- [COUNT] [SEED]
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runtimeEnvironment } from '../../electron/common/runtime-environment.ts'
import type { Attack } from '../attacks/attack.ts'
import { attackWithCalls } from '../attacks/calls.ts'
import { damageLibraries, fillDisks, lockLibraries } from '../attacks/disks.ts'
import { attackWithImages } from '../attacks/images.ts'
import { killConfirming, killLabelling, killMigrating } from '../attacks/kills.ts'
import { attackWithModels } from '../attacks/models.ts'
import { attackWithTables } from '../attacks/tables.ts'

/** Each attack with its usual count. */
const attacks: Readonly<Record<string, readonly (readonly [Attack, number])[]>> = {
  kill: [
    [killLabelling, 20],
    [killConfirming, 15],
    [killMigrating, 20],
  ],
  mutate: [[attackWithImages, 1000]],
  'rpc-fuzz': [[attackWithCalls, Infinity]],
  models: [[attackWithModels, 200]],
  tables: [[attackWithTables, 300]],
  disk: [
    [fillDisks, 12],
    [damageLibraries, 40],
    [lockLibraries, 1],
  ],
}

const [name = '', countText, seedText = '1'] = process.argv.slice(2)
const chosen = attacks[name]
if (chosen === undefined) throw new Error(`usage: attack.ts ${Object.keys(attacks).join('|')} [COUNT] [SEED]`)
Object.assign(process.env, runtimeEnvironment)
for (const [attack, usual] of chosen) {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'labelroom-attack-')))
  try {
    const count = countText === undefined ? usual : Number(countText)
    const { tried, held, bad } = await attack({ folder, count, seed: Number(seedText) })
    console.log(`| ${name} | ${tried} | ${held} | ${bad.length === 0 ? 'none' : `${bad.length} kinds`} |`)
    for (const sentence of bad) console.log(`  BAD: ${sentence}`)
    if (bad.length > 0) process.exitCode = 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
// The process that runs the commands would wait for more.
process.exit()
