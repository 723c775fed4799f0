// kill -9 while a head is trained: every label is still there, and a head is there whole or not at all.
import { once } from 'node:events'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readShownSuggestions } from '../../../electron/core/browse/shown-suggestions.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { startCli } from '../../helpers/cli.ts'
import { classOf, fillLibrary } from '../../helpers/embedded-library.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const options = { photos: 1200, dim: 96, classes: 20, labelled: 1000, spread: 2 }

/** Runs `learn --promote` and kills it after `lifeMs`, or lets it end; gives how long it lived. */
async function learn(home: string, lifeMs: number | null): Promise<number> {
  const startedAtMs = performance.now()
  const child = startCli(['learn', '--promote'], home)
  child.stdout?.resume()
  child.stderr?.resume()
  const timer = lifeMs === null ? null : setTimeout(() => child.kill('SIGKILL'), lifeMs)
  await once(child, 'close')
  if (timer !== null) clearTimeout(timer)
  return performance.now() - startedAtMs
}

test('killed at any moment, learning loses no label and leaves no half a head', async () => {
  const home = tempFolder()
  const file = path.join(home, 'library.db')
  const photoIds = fillLibrary(file, options)
  const wholeMs = await learn(home, null)
  let known = 1
  for (const share of [0.3, 0.45, 0.6, 0.7, 0.8, 0.9, 0.97]) {
    await learn(home, share * wholeMs)
    const store = openStore({ file })
    const labels = store.embeddings.judgements()
    expect(labels).toHaveLength(options.labelled)
    expect(
      labels.every(({ photoId, name }, at) => photoId === photoIds[at] && name === classOf(at, 20)),
    ).toBe(true)
    const variantId = store.models.lastUsed(null)
    if (variantId === null) throw new Error('no variant')
    const heads = store.heads.list(variantId)
    expect(heads.length).toBeGreaterThanOrEqual(known)
    known = heads.length
    for (const { id, trainedOn, classes } of heads) {
      expect(store.heads.parameters(id)?.values).toHaveLength((options.dim + 1) * classes.length)
      expect(trainedOn).toBeGreaterThan(700)
    }
    // Suggestions of the whole library are those of one head.
    const shown = readShownSuggestions(store)
    expect(photoIds.filter((photoId) => shown.first(photoId) === 'something')).toEqual([])
    store.close()
  }
}, 120_000)
