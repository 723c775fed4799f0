// Prints what it costs that photos wait for their keywords: labelling and its undo with and without, and each look at those that
// wait. All but labelling is one slice of the event loop.
// usage: npm run bench:keyword-queue -- [PHOTOS]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openStore } from '../../electron/core/store/db.ts'
import { makeLibrary } from '../helpers/large-library.ts'

const files = Number(process.argv[2] ?? 100_000)
const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-keyword-queue-'))

async function time(what: string, work: () => unknown): Promise<void> {
  const startedAtMs = performance.now()
  await work()
  console.log(`${what}: ${Math.round(performance.now() - startedAtMs)} ms`)
}

try {
  const store = openStore({ file: await makeLibrary({ folder, files, dim: 0, pictures: 0 }) })
  const { keywordQueue: queue } = store
  const page = store.listing.page({ root: folder, after: null, limit: files, variantId: null })
  const photos = new Set(page.flatMap(({ photoId }) => photoId ?? []))
  for (const isAutomatic of [false, true]) {
    const writing = { target: 'sidecar', autoAbove: null, isAutomatic }
    store.settings.put('keyword-writing', JSON.stringify(writing))
    const when = isAutomatic ? 'while keywords follow' : 'while they do not'
    await time(`${photos.size} photos labelled ${when}`, () =>
      store.annotations.confirmAll(new Map([[`label ${when}`, photos]])),
    )
    await time(`the undo of it ${when}`, () => {
      store.history.undo()
    })
  }
  const look = async (what: string) => {
    await time(`the first of them taken, ${what}`, () => queue.take(50, Date.now()))
    await time(`the next one that is due, ${what}`, () => queue.dueInMs())
    await time(`all counted, ${what}`, () => queue.count())
  }
  await look('files there')
  store.files.markMissing(folder, store.files.beginScan())
  await look('files missing')
  store.close()
} finally {
  await rm(folder, { recursive: true, force: true })
}
