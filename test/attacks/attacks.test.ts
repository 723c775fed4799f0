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

describe('nothing bad comes of', { timeout: 120_000 }, () => {
  test('damaged photos', async () => expect(await badOf(attackWithImages, 40)).toEqual([]))
  test('damaged tables', async () => expect(await badOf(attackWithTables, 15)).toEqual([]))
  test('damaged models', async () => expect(await badOf(attackWithModels, 10)).toEqual([]))
  test('hostile calls', async () => expect(await badOf(attackWithCalls, 800)).toEqual([]))
  test('full disks', async () => expect(await badOf(fillDisks, 1)).toEqual([]))
  test('damaged libraries', async () => expect(await badOf(damageLibraries, 3)).toEqual([]))
  test('a library that is locked or read-only', async () => expect(await badOf(lockLibraries, 1)).toEqual([]))
  test('a kill while photos are labelled', async () => expect(await badOf(killLabelling, 1)).toEqual([]))
  test('a kill while a library is migrated', async () => expect(await badOf(killMigrating, 2)).toEqual([]))
  // Without its pages, serve does not start.
  test.skipIf(!existsSync(`${pageFolder}/index.html`))('a kill while labels are confirmed', async () =>
    expect(await badOf(killConfirming, 2)).toEqual([]),
  )
})
