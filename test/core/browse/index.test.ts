// The index follows whatever is written: it always equals a fresh one.
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import {
  PhotoState,
  type PhotoCard,
  type PhotoFilter,
  type PhotoSort,
} from '../../../electron/contract/browse.ts'
import { coreContract } from '../../../electron/contract/core.ts'
import type { PhotoId } from '../../../electron/contract/domain.ts'
import { createBrowseHandlers } from '../../../electron/core/browse/handlers.ts'
import { createRenameFollower } from '../../../electron/core/settings/follow-renames.ts'
import { createSettings } from '../../../electron/core/settings/handlers.ts'
import { createLabelHandlers } from '../../../electron/core/labels/handlers.ts'
import { createLibraryHandlers } from '../../../electron/core/library/handlers.ts'
import { createEventHub } from '../../../electron/core/events.ts'
import { createLibraryIndex } from '../../../electron/core/browse/library-index.ts'
import { createClient, type CoreClient } from '../../../electron/core/client.ts'
import { createDispatch } from '../../../electron/core/dispatch.ts'
import { createRandom } from '../../../electron/core/learning/algorithms/random.ts'
import { openStore, type Store } from '../../../electron/core/store/db.ts'
import { verbatim } from '../../../electron/texts/message.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { addVariant, newHead } from '../store/helpers.ts'
import { createWriter, listCards, type Writer } from './helpers.ts'

const labels = ['cat', 'dog', 'animal/cat', 'animal/dog', '猫']

type Browser = Pick<CoreClient, 'browse'> & {
  readonly tree: CoreClient['library']['tree']
  readonly list: CoreClient['labels']['list']
}

/** The calls about browsing on this store, so that the test writes on the very connection that is watched. */
function browserOf(store: Store): Browser {
  const index = createLibraryIndex(store)
  const browse = createBrowseHandlers(store, index)
  const events = createEventHub()
  const settings = createSettings({ store, events, file: `${store.file}.settings.json` })
  const { list } = createLabelHandlers(store, index, {
    follower: createRenameFollower(settings, events),
    backUp: () => Promise.resolve(),
  })
  const { handlers } = createLibraryHandlers({
    ...{ store, index, events },
    readByJob: () => [],
    log: () => undefined,
    labelNew: () => undefined,
  })
  const { tree } = handlers
  const { library, labels: labelCalls } = coreContract
  const contract = {
    browse: coreContract.browse,
    library: { tree: library.tree },
    labels: { list: labelCalls.list },
  }
  const dispatch = createDispatch(contract, { browse, library: { tree }, labels: { list } })
  const client = createClient({ request: dispatch, subscribe: () => () => undefined })
  return { browse: client.browse, tree: client.library.tree, list: client.labels.list }
}

/** Writes of every kind. */
function writes(writer: Writer, random: () => number): (() => unknown)[] {
  const { store, variantId } = writer
  const { annotations, clearedSuggestions, history, heads, files, photos, predictions, suggestions } = store
  const any = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const second = addVariant(store, 'v2')
  const modelIds = store.models.list().map(({ id }) => id)
  const trained = [1, 2].map(() => heads.add(newHead(variantId)))
  let photoIds: PhotoId[] = writer.addFiles({ 'first.jpg': {} })
  const some = () => Array.from({ length: 1 + Math.floor(random() * 3) }, () => any(photoIds))
  const top = () => Object.fromEntries(some().map((_, i) => [any(labels), 0.9 ** (i + 1) * random()]))
  const sorted = () =>
    Object.entries(top())
      .map(([label, score]) => ({ label, score }))
      .sort((a, b) => b.score - a.score)
  const size = { widthPx: 1, heightPx: 1 }
  const predictSome = () => [...new Set(some())].map((photoId) => ({ photoId, top: sorted() }))
  const move = (side: 'undo' | 'redo') => {
    const change = history.nextHead(side)
    return change === null ? history[side]() : heads.move(side, change, predictSome)
  }
  const mapping = () => ({ from: any(labels), to: any([...labels, null]) })
  return [
    () => {
      const name = `${any(['a', 'b/c', 'b'])}/${Math.floor(random() * 20)}.jpg`
      photoIds = [...photoIds, ...writer.addFiles({ [name]: { content: String(Math.floor(random() * 15)) } })]
    },
    () =>
      writer.addFiles({
        [`${Math.floor(random() * 3)}.jpg`]: { problem: { kind: 'failed', reason: verbatim('x') } },
      }),
    () => writer.predict(any(photoIds), top()),
    () =>
      predictions.saveBatch(second.variantId, second.jobId, [
        random() < 0.3
          ? { photoId: any(photoIds), status: 'failed', reason: verbatim('no') }
          : {
              photoId: any(photoIds),
              status: 'labelled',
              ...size,
              takenAtMs: 5,
              top: sorted(),
              embedding: null,
            },
      ]),
    () => writer.fail(any(photoIds)),
    () => annotations.confirm(some(), any(labels), random() < 0.5),
    () => annotations.reject(some(), any(labels)),
    () => annotations.clear(some(), any(labels)),
    () => annotations.reviewSuggested(suggestions.shown(some()), any(['confirmed', 'rejected'])),
    () => annotations.rename([{ from: any(labels), to: any(labels) }]),
    () => move('undo'),
    () => move('redo'),
    () => {
      const perLabel = [{ name: any(labels), minScore: random() }]
      history.setRules({ minScore: random() / 2, perLabel, mapping: [mapping(), mapping()] })
    },
    () => {
      heads.promote(variantId, any(trained).id, predictSome())
    },
    () => heads.rollback(variantId, () => []),
    () => clearedSuggestions.clearOf(any(modelIds), 'model'),
    () => files.markMissing('/p/b', files.beginScan()),
    () => files.forget({ from: '/p/b/', to: '/p/b0' }, 2),
    () => photos.noteSeen(any(photoIds), { ...size, takenAtMs: Math.floor(random() * 1e6) }),
  ]
}

const filters: readonly Partial<PhotoFilter>[] = [
  {},
  ...PhotoState.options.map((state) => ({ states: [state] })),
  ...['animal', ...labels].map((label) => ({ labels: [label] })),
  { minScore: 0.3 },
  { fromMs: 3 },
  { text: 'cat' },
  { text: '猫' },
  { folder: '/p/b' },
]
const sorts = (['name', 'folder', 'label', 'date', 'score', 'uncertainty'] as const).map(
  (by): Partial<PhotoSort> => ({
    by,
  }),
)

async function everything({ browse, list, tree }: Browser) {
  const views: string[][] = []
  for (const filter of filters)
    for (const sort of sorts)
      views.push((await listCards({ browse }, filter, sort)).map(({ path: at }) => at))
  const [counts, labelTree] = [await browse.counts({ filter: {} }), await browse.labels({})]
  return { views, counts, labelTree, labels: await list({}), tree: await tree({}) }
}

/** Whether each word starts a word of the path or of a label; of Latin text alone. */
function hasWords({ path: at, labels: on }: PhotoCard, text: string): boolean {
  const names = on.filter(({ state, isWeak }) => state !== 'rejected' && !isWeak).map(({ name }) => name)
  const words = [at, ...names].flatMap((name) => name.split(/[^a-z0-9]+/))
  return text.split(' ').every((wanted) => words.some((word) => word.startsWith(wanted)))
}

function open(file: string): Store {
  const store = openStore({ file })
  onTestFinished(() => store.close())
  return store
}

test.each([1, 2, 3])(
  'equals a fresh index after any writes, and agrees with the cards (%i)',
  async (seed) => {
    const random = createRandom(seed)
    const file = path.join(tempFolder(), 'library.db')
    const writer = createWriter(open(file))
    const browser = browserOf(writer.store)
    const all = writes(writer, random)
    for (let round = 0; round < 8; round++) {
      // The index looks at some moments between, and not at others.
      for (let i = 0; i < 20; i++) {
        all[Math.floor(random() * all.length)]?.()
        if (random() < 0.3) await browser.browse.counts({ filter: {} })
      }
      const kept = await everything(browser)
      expect(await everything(browserOf(open(file)))).toEqual(kept)
      const cards = await listCards(browser, { states: PhotoState.options })
      for (const state of PhotoState.options)
        expect(kept.counts[state]).toBe(cards.filter((card) => card.state === state).length)
      for (const text of ['jpg', '1', 'b 1', 'a jpg', 'cat'])
        expect(await listCards(browser, { text, states: PhotoState.options })).toEqual(
          cards.filter((card) => hasWords(card, text)),
        )
      const states = PhotoState.options
      const oldest = cards.toSorted((a, b) => a.dateMs - b.dateMs)
      expect(await listCards(browser, { states }, { by: 'date' })).toEqual(oldest)
      for (const descending of [
        { by: 'date', keyOf: ({ dateMs }: PhotoCard) => dateMs },
        { by: 'rating', keyOf: ({ stars }: PhotoCard) => stars },
      ] as const) {
        const sorted = cards.toSorted((a, b) => descending.keyOf(b) - descending.keyOf(a))
        expect(await listCards(browser, { states }, { by: descending.by, isDescending: true })).toEqual(
          sorted,
        )
      }
      for (const wanted of labels) {
        const isOn = cards.filter((card) =>
          card.labels.some(
            ({ name, state, isWeak }) =>
              state !== 'rejected' && !isWeak && `${name}/`.startsWith(`${wanted}/`),
          ),
        )
        expect(await listCards(browser, { labels: [wanted] })).toEqual(isOn)
        const node = kept.labelTree.find(({ name }) => name === wanted)
        const count = (state: 'confirmed' | 'suggested') =>
          isOn.filter((card) =>
            card.labels.some(
              (label) => label.state === state && !label.isWeak && `${label.name}/`.startsWith(`${wanted}/`),
            ),
          ).length
        expect(node?.confirmed ?? 0).toBe(count('confirmed'))
        expect(node?.suggested ?? 0).toBe(count('suggested'))
      }
    }
  },
)
