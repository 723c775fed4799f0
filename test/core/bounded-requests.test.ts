// Requests of any size are refused in bounded time and memory, with a sentence of bounded length.
import { expect, test } from 'vitest'
import { maxLabelLength } from '../../electron/common/label-name.ts'
import { coreContract } from '../../electron/contract/core.ts'
import { english } from '../../electron/texts/message.ts'
import { createDispatch } from '../../electron/core/dispatch.ts'

/** The contract alone: a request that is taken would find no handler. */
const dispatch = createDispatch(coreContract, {} as never)

async function refusalOf(method: string, input: unknown): Promise<string> {
  const reply = await dispatch({ method, input })
  if (reply.ok || reply.error.code !== 'bad-request') throw new Error(`${method} took the request`)
  return english(reply.error.message)
}

const many = <T>(entry: T, count = 2_000_000): T[] => new Array<T>(count).fill(entry)

test.each([
  ['labels.confirm', { photoIds: many('x'), name: 'cat' }, 'photoIds'],
  ['labels.on', { photoIds: many(-1) }, 'photoIds'],
  ['browse.open', { filter: { photoIds: many(0.5) }, sort: {} }, 'photoIds'],
  ['browse.open', { filter: { labels: many(1) }, sort: {} }, 'labels'],
  ['jobs.start', { folders: many(7) }, 'folders'],
  ['exports.write', { request: { photoIds: many(null) }, file: '/a.csv' }, 'photoIds'],
  ['rules.set', { rules: { mapping: many({}) } }, 'mapping'],
  [
    'settings.set',
    {
      keys: Object.fromEntries(
        many(1)
          .slice(0, 100_000)
          .map((value, at) => [at, value]),
      ),
    },
    'keys',
  ],
])('%s with a list of millions of wrong entries is refused by one issue', async (method, input, field) => {
  const message = await refusalOf(method, input)
  expect(message).toMatch(new RegExp(`${field}: .*expected$`))
  expect(message.length).toBeLessThan(200)
})

test('of many issues some are named', async () => {
  const message = await refusalOf('rules.set', { rules: { mapping: many({}, 10_000) } })
  expect(message).toMatch(/^rules\.set: rules\.mapping\.0\.from: .*; …$/)
  expect(message.length).toBeLessThan(600)
})

test('labels and words to search for have a maximum', async () => {
  const long = 'x'.repeat(maxLabelLength + 1)
  for (const [method, input] of [
    ['labels.confirm', { photoIds: [1], name: long }],
    ['labels.rename', { renames: [{ from: 'cat', to: long }] }],
    ['rules.set', { rules: { mapping: [{ from: 'cat', to: long }] } }],
    ['browse.open', { filter: { text: 'word '.repeat(50_000) }, sort: {} }],
  ] as const)
    expect(await refusalOf(method, input)).toMatch(
      /Too big: expected string to have <=(500|1000) characters$/,
    )
})
