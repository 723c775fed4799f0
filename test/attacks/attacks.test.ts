// A small part of each attack; npm run check:kill, check:mutate and so on make them in full.
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { pageFolder } from '../../electron/host/app-info.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import type { Attack } from './attack.ts'
import { attackWithCalls } from './calls.ts'
import { damageLibraries, fillDisks, lockLibraries } from './disks.ts'
import { attackWithImages } from './images.ts'
import { killConfirming, killLabelling, killMigrating } from './kills.ts'
import { attackWithModels } from './models.ts'
import { attackWithTables } from './tables.ts'

const seed = 20_261_127
const badOf = async (attack: Attack, count: number) =>
  (await attack({ folder: tempFolder(), count, seed })).bad

describe('attacks', { timeout: 120_000 }, () => {
  test('each damaged photo ends once and changes the label of no other one', async () =>
    expect(await badOf(attackWithImages, 40)).toEqual([]))
  test('damaged tables give no photo the label of another row, and undo takes all of it back', async () =>
    expect(await badOf(attackWithTables, 15)).toEqual([]))
  test('each damaged model is refused with a sentence, or runs', async () =>
    expect(await badOf(attackWithModels, 10)).toEqual([]))
  test('each hostile call is answered with one sentence, and the core goes on', async () =>
    expect(await badOf(attackWithCalls, 800)).toEqual([]))
  test('a job on a disk that becomes full is completed by the same command once there is room', async () =>
    expect(await badOf(fillDisks, 1)).toEqual([]))
  test('a command that says that all went well with a damaged library leaves a sound one', async () =>
    expect(await badOf(damageLibraries, 3)).toEqual([]))
  test('a library that is locked or read-only is refused in a sentence and stays as it is', async () =>
    expect(await badOf(lockLibraries, 1)).toEqual([]))
  test('a kill while photos are labelled loses no photo and does none twice', async () =>
    expect(await badOf(killLabelling, 1)).toEqual([]))
  test('a kill while a library is migrated loses no label, and the next start finishes it', async () =>
    expect(await badOf(killMigrating, 2)).toEqual([]))
  // Without its pages, serve does not start.
  test.skipIf(!existsSync(`${pageFolder}/index.html`))(
    'a kill while labels are confirmed loses none that was acknowledged',
    async () => expect(await badOf(killConfirming, 2)).toEqual([]),
  )
})
