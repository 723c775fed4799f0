// A checkpoint's tensors under one set of names, whichever library wrote it.
import type { Checkpoint } from './checkpoint.ts'
import type { StoredTensor } from './safetensors.ts'
import { namingSchemes, type Library, type NameRule, type NamingScheme } from './tensor-names.ts'

/** A tensor, or some of its rows (its first dimension). */
export interface NamedTensor {
  /** Its name in the file. */
  readonly storedName: string
  readonly stored: StoredTensor
  readonly shape: readonly number[]
  readonly rows: { readonly first: number; readonly count: number } | null
  /** Whether the stored matrix has columns for rows; `shape` is as it is after turning it. */
  readonly isTransposed: boolean
}

export interface NamedTensors {
  readonly library: Library
  /** For messages. */
  readonly file: string
  /** By our names: `patch_embed.proj.weight`, `blocks.0.attn.q.bias`, `head.weight`...; those of unknown parts are theirs. */
  readonly tensors: ReadonlyMap<string, NamedTensor>
  readonly depth: number
  /** The name that a tensor has in this file, or would have. */
  readonly storedName: (name: string) => string
}

/** Finds out how a checkpoint names its tensors, and names them our way; null where none of the schemes fits. */
export function nameTensors(
  checkpoint: Checkpoint,
  schemes: readonly NamingScheme[] = namingSchemes,
): NamedTensors | null {
  const found = findScheme(checkpoint, schemes)
  if (found === null) return null
  const { scheme, base } = found
  const outer = base.replace(/[^.]+\.$/, '')
  const blockPath = scheme.blocks.find((path) => {
    const first = path.replace('*', '0.')
    return [...checkpoint.tensors.keys()].some(
      (name) => name === first || withoutBase(name, base).startsWith(first),
    )
  })
  const rules = compileRules(scheme, blockPath ?? '')
  const tensors = new Map<string, NamedTensor>()
  let depth = 0
  for (const [storedName, stored] of checkpoint.tensors) {
    const inner = withoutBase(storedName, base)
    const beside = storedName.startsWith(outer) ? storedName.slice(outer.length) : storedName
    if (scheme.unused.test(inner) || scheme.unused.test(beside)) continue
    const match = rules.forward(inner) ?? rules.beside(beside)
    const ours = match ?? [inner]
    const perPart = (stored.shape[0] ?? 0) / ours.length
    ours.forEach((name, part) => {
      const rows = ours.length === 1 ? null : { first: part * perPart, count: perPart }
      const whole = rows === null ? stored.shape : [rows.count, ...stored.shape.slice(1)]
      const isTransposed = scheme.transposed?.has(name) === true
      tensors.set(name, {
        storedName,
        stored,
        shape: isTransposed ? whole.toReversed() : whole,
        rows,
        isTransposed,
      })
      const block = /^blocks\.(\d+)\./.exec(name)
      if (block !== null) depth = Math.max(depth, Number(block[1]) + 1)
    })
  }
  splitPackedGates(tensors, depth)
  splitParallel(tensors, depth)
  return {
    library: scheme.library,
    file: checkpoint.file,
    tensors,
    depth,
    storedName: (name) => tensors.get(name)?.storedName ?? rules.backward(name, base, outer),
  }
}

/** The names of the first block's tensors; a block with others is found when the graph takes its weights. */
export function partsOfBlocks({ tensors }: NamedTensors): Set<string> {
  const first = 'blocks.0.'
  return new Set(
    [...tensors.keys()].filter((name) => name.startsWith(first)).map((name) => name.slice(first.length)),
  )
}

const withoutBase = (name: string, base: string): string =>
  name.startsWith(base) ? name.slice(base.length) : name

function findScheme(
  { tensors }: Checkpoint,
  schemes: readonly NamingScheme[],
): { scheme: NamingScheme; base: string } | null {
  for (const scheme of schemes)
    for (const name of tensors.keys())
      if (name === scheme.marker || name.endsWith(`.${scheme.marker}`))
        return { scheme, base: name.slice(0, -scheme.marker.length) }
  return null
}

/** The rules of a scheme in both directions. `*` in a block's path stands for its number. */
function compileRules({ inBlock, names, beside }: NamingScheme, blockPath: string) {
  const blockPattern = new RegExp(`^${escapePattern(blockPath).replace('\\*', '(\\d+)')}\\.`)
  const apply = (name: string, rules: readonly NameRule[]): readonly string[] | null => {
    for (const [theirs, ours] of rules) {
      if (name !== theirs && !name.startsWith(`${theirs}.`)) continue
      return (typeof ours === 'string' ? [ours] : ours).map((our) => our + name.slice(theirs.length))
    }
    return null
  }
  const reverse = (name: string, rules: readonly NameRule[]): string | null => {
    for (const [theirs, ours] of rules)
      for (const our of typeof ours === 'string' ? [ours] : ours)
        if (name === our || name.startsWith(`${our}.`)) return theirs + name.slice(our.length)
    return null
  }
  return {
    forward(name: string): readonly string[] | null {
      const block = blockPath === '' ? null : blockPattern.exec(name)
      if (block === null) return apply(name, names)
      const rest = name.slice(block[0].length)
      // One of several attentions or MLPs of a block has a path of its own, with the same names behind it.
      const [path = ''] = /^(attns|ffns)\.\d+\./.exec(rest) ?? []
      const inner = rest.slice(path.length)
      return (apply(inner, inBlock) ?? [inner]).map((our) => `blocks.${block[1] ?? ''}.${path}${our}`)
    },
    beside: (name: string) => apply(name, beside),
    backward(name: string, base: string, outer: string): string {
      const block = /^blocks\.(\d+)\.(.*)$/.exec(name)
      if (block !== null) {
        const [, number = '', rest = ''] = block
        return `${base}${blockPath.replace('*', number)}.${reverse(rest, inBlock) ?? rest}`
      }
      const outside = reverse(name, beside)
      return outside === null ? base + (reverse(name, names) ?? name) : outer + outside
    },
  }
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** timm packs the two matrices of a gated MLP into one, the gate first; it shows in fc2, which reads half of the rows. */
function splitPackedGates(tensors: Map<string, NamedTensor>, depth: number): void {
  const rows = tensors.get('blocks.0.mlp.fc1.weight')?.shape[0] ?? 0
  if (rows === 0 || rows !== 2 * (tensors.get('blocks.0.mlp.fc2.weight')?.shape[1] ?? 0)) return
  const counts = [rows / 2, rows / 2]
  for (let block = 0; block < depth; block++)
    splitRows(
      tensors,
      `blocks.${block}.mlp.fc1`,
      [`blocks.${block}.mlp.gate`, `blocks.${block}.mlp.fc1`],
      counts,
    )
}

/** Where attention and MLP read the same norm, timm packs the first matrices of both into one, the MLP's before q, k and v. */
function splitParallel(tensors: Map<string, NamedTensor>, depth: number): void {
  const [rows = 0, dim = 0] = tensors.get('blocks.0.in_proj.weight')?.shape ?? []
  for (let block = 0; block < depth && rows > 0; block++) {
    const names = ['mlp.fc1', 'attn.q', 'attn.k', 'attn.v'].map((name) => `blocks.${block}.${name}`)
    splitRows(tensors, `blocks.${block}.in_proj`, names, [rows - 3 * dim, dim, dim, dim])
  }
}

/** Replaces a layer's weight and bias by parts of their rows under other names. */
function splitRows(
  tensors: Map<string, NamedTensor>,
  from: string,
  names: readonly string[],
  counts: readonly number[],
): void {
  for (const kind of ['weight', 'bias']) {
    const packed = tensors.get(`${from}.${kind}`)
    if (packed === undefined) continue
    tensors.delete(`${from}.${kind}`)
    let first = 0
    for (const [part, name] of names.entries()) {
      const count = counts[part] ?? 0
      const shape = [count, ...packed.shape.slice(1)]
      tensors.set(`${name}.${kind}`, { ...packed, shape, rows: { first, count } })
      first += count
    }
  }
}
