// Every call of the core and of the browser's shell with values that no page sends: each is answered with one sentence.
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { coreContract } from '../../electron/contract/core.ts'
import type { Contract } from '../../electron/contract/rpc.ts'
import { shellContract } from '../../electron/contract/shell.ts'
import type { WireReply } from '../../electron/contract/transport.ts'
import { createDispatch, type Dispatch } from '../../electron/core/dispatch.ts'
import { createBrowserShell } from '../../electron/host/http/shell.ts'
import { createTransfers } from '../../electron/host/http/transfers.ts'
import { openCurrentCore } from '../../electron/host/current-core.ts'
import { spawnInference } from '../../electron/host/spawn-inference.ts'
import { english } from '../../electron/texts/message.ts'
import { writePhotos } from '../helpers/photos.ts'
import { createDice, distinct, faultOf, withTimeout, type Attack, type Dice } from './attack.ts'

/** What no answer may contain. */
const secret = 'not-for-the-page-4711'

/** Calls that reach beyond the attack's folder. */
const leftOut = new Set(['shell.deleteTelemetryFiles'])

function oddPaths(folder: string): string[] {
  const at = (name: string) => path.join(folder, name)
  mkdirSync(at('folder'))
  writeFileSync(at('secret'), `${secret},${secret}\n${secret}`)
  writeFileSync(at('secret.json'), `{"${secret}": `)
  const odd = [
    'folder',
    'secret',
    'secret.json',
    'missing',
    'missing/deep',
    `long${'g'.repeat(300)}`,
    'nul\0l',
  ]
  if (process.platform !== 'win32') {
    symlinkSync(at('loop'), at('loop'))
    execFileSync('mkfifo', [at('pipe')])
    odd.push('loop', 'pipe')
  }
  return odd.map(at)
}

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)

const polluting: unknown = JSON.parse('{"__proto__": {"polluted": 1}}')
const oddNumbers = [0, -1, 0.5, 1e308, 2 ** 31, 2 ** 40, 2 ** 53 - 1, -(2 ** 53), NaN]
const oddTexts = [
  ...[
    '',
    ' ',
    '.',
    '..',
    '\0',
    '\ud800',
    '\u202e',
    '__proto__',
    'constructor',
    '%s%n',
    "'; DROP TABLE photo; --",
  ],
  ...['<img src=x onerror=alert(1)>', '\u001b]0;x\u0007', 'x'.repeat(1000), '🐕'.repeat(100_000)],
]
const oddLists: readonly unknown[] = [{}, [], [null], nested(1000), Array.from({ length: 10_000 }, () => -1)]
const oddValues: readonly unknown[] = [
  undefined,
  null,
  true,
  ...oddNumbers,
  ...oddTexts,
  ...oddLists,
  polluting,
]

/** A value that the schema takes, or nearly; JSON schema as zod writes it. */
function sample(schema: z.core.JSONSchema.BaseSchema): unknown {
  if (schema.default !== undefined) return schema.default
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const [first] = schema.anyOf ?? schema.oneOf ?? []
  if (first !== undefined) return sample(first)
  if (schema.type === 'array')
    return schema.items === undefined ? [] : [sample(schema.items as z.core.JSONSchema.BaseSchema)]
  if (schema.type === 'object')
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, part]) => [
        name,
        sample(part as z.core.JSONSchema.BaseSchema),
      ]),
    )
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(schema.minimum ?? 1, 1)
  if (schema.type === 'boolean') return true
  return 'x'
}

/** Every place in a value: keys from the outside in. */
function* places(value: unknown, at: readonly string[] = []): Generator<readonly string[]> {
  yield at
  if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) yield* places(part, [...at, key])
}

function withValue(base: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  const copy = (Array.isArray(base) ? [...(base as unknown[])] : { ...(base as object) }) as Record<
    string,
    unknown
  >
  copy[key] = withValue(copy[key], rest, value)
  return copy
}

interface HostileCall {
  readonly method: string
  readonly input: unknown
}

function* allCalls(contract: Contract, values: readonly unknown[]): Generator<HostileCall> {
  for (const [group, methods] of Object.entries(contract))
    for (const [name, { input }] of Object.entries(methods)) {
      const method = `${group}.${name}`
      if (leftOut.has(method)) continue
      const base = sample(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }))
      for (const place of places(base))
        for (const value of values) yield { method, input: withValue(base, place, value) }
    }
}

export const attackWithCalls: Attack = async ({ folder, count, seed }) => {
  const dice = createDice(seed)
  const [home, photos] = [path.join(folder, 'home'), path.join(folder, 'photos')]
  await writePhotos(photos, 3)
  mkdirSync(home)
  const values = [...oddValues, ...oddPaths(folder), photos, 1, 'a']
  const cwd = process.cwd()
  // Where a relative path leads.
  process.chdir(path.join(folder, 'folder'))
  const slot = openCurrentCore({
    dataFolder: home,
    libraryFile: path.join(home, 'library.db'),
    spawnInference,
    threads: 1,
  })
  try {
    await slot.request({ method: 'library.scan', input: { folders: [photos] } })
    const core: Dispatch = (request) => slot.request(request)
    const transfers = createTransfers(home)
    const shell = createDispatch(
      shellContract,
      createBrowserShell({ slot, dataFolder: home, roots: [home], transfers }),
    )
    const calls = [
      ...[...allCalls(coreContract, values)].map((call) => ({ ...call, dispatch: core })),
      ...[...allCalls(shellContract, values)].map((call) => ({ ...call, dispatch: shell })),
    ]
    const chosen = choose(calls, count, dice)
    const bad: string[] = []
    let refused = 0
    for (const { method, input, dispatch } of chosen) {
      const reply = await withTimeout(30, dispatch({ method, input }))
      if (reply === 'hangs') bad.push(`${method} hangs on ${describe(input)}`)
      else {
        if (!reply.ok) refused++
        const fault = faultIn(reply)
        if (fault !== null) bad.push(`${method}: ${fault}`)
      }
      if ('polluted' in {}) bad.push(`${method} polluted every object`)
    }
    const alive = await withTimeout(30, core({ method: 'library.summary', input: {} }))
    if (alive === 'hangs' || !alive.ok) bad.push('the core does not answer any more')
    return {
      tried: `${chosen.length} of ${calls.length} hostile calls`,
      held: `${refused} refused with a sentence, ${chosen.length - refused} answered; the core answers on`,
      bad: distinct(bad),
    }
  } finally {
    process.chdir(cwd)
    await slot.close()
  }
}

/** All of them where there are no more than wanted; else some of each call. */
function choose<T>(items: readonly T[], count: number, { below }: Dice): T[] {
  if (count >= items.length) return [...items]
  const step = items.length / count
  return Array.from(
    { length: count },
    (_, at) => items[Math.floor(at * step) + below(Math.max(1, Math.floor(step)))] as T,
  )
}

function faultIn(reply: WireReply): string | null {
  const text = reply.ok ? JSON.stringify(reply.output ?? null) : english(reply.error.message)
  if (text.includes(secret)) return `tells what is in a file: ${text.slice(0, 200)}`
  if (reply.ok) return null
  if (reply.error.code === 'internal') return `internal: ${text.slice(0, 200)}`
  return faultOf(text)
}

const describe = (input: unknown): string => JSON.stringify({ input }).slice(0, 200)
