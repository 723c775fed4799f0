// Colours that the user gave to labels: a dot in lists, and the sign on tiles.
import { labelKey } from '../../../electron/common/label-key.ts'
import type { AppState } from '../state/app.svelte.ts'

export const labelColors = ['1', '2', '3', '4', '5', '6', '7', '8'] as const

/** Of the label, else of the nearest one above it; null without any. */
export function colorOf(colors: Readonly<Record<string, string>>, name: string): string | null {
  const byKey = keyed(colors)
  for (let at = labelKey(name); at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const color = byKey.get(at)
    if (color !== undefined) return `var(--label-${color})`
  }
  return null
}

/** By the key of the label: it may be spelled in another way since it got its colour. Made once for all tiles. */
function keyed(colors: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  if (last.colors !== colors)
    last = { colors, byKey: new Map(Object.entries(colors).map(([name, color]) => [labelKey(name), color])) }
  return last.byKey
}
let last: { colors: Readonly<Record<string, string>>; byKey: ReadonlyMap<string, string> } = {
  colors: {},
  byKey: new Map(),
}

/** Null takes the colour away. */
export async function colorLabels(
  app: AppState,
  names: readonly string[],
  color: string | null,
): Promise<void> {
  const others = Object.entries(app.settings.labelColors).filter(
    ([name]) => !names.some((one) => labelKey(one) === labelKey(name)),
  )
  const added = color === null ? [] : names.map((name) => [name, color] as const)
  await app.changeSettings({ labelColors: Object.fromEntries([...others, ...added]) })
}
