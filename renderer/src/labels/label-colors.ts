// Colours that the user gave to labels: a dot in lists, and the sign on tiles.
import { conceptKey, isSameLabel } from '../i18n/label-texts.svelte.ts'
import type { AppState } from '../state/app.svelte.ts'

export const labelColors = ['1', '2', '3', '4', '5', '6', '7', '8'] as const

type Colors = Readonly<Record<string, string>>

/** The label's own colour, under whichever name it got it; null without one. */
export const ownColor = (colors: Colors, name: string): string | null =>
  Object.entries(colors).find(([one]) => isSameLabel(one, name))?.[1] ?? null

/** Of the label, else of the nearest one above it; null without any. */
export function colorOf(colors: Colors, name: string): string | null {
  const entries = Object.entries(colors)
  if (entries.length === 0) return null
  const byKey = new Map(entries.map(([one, color]) => [conceptKey(one), color]))
  for (let at = name; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const color = byKey.get(conceptKey(at))
    if (color !== undefined) return `var(--label-${color})`
  }
  return null
}

/** Null takes the colour away. */
export async function colorLabels(
  app: AppState,
  names: readonly string[],
  color: string | null,
): Promise<void> {
  const others = Object.entries(app.settings.labelColors).filter(
    ([name]) => !names.some((one) => isSameLabel(one, name)),
  )
  const added = color === null ? [] : names.map((name) => [name, color] as const)
  await app.changeSettings({ labelColors: Object.fromEntries([...others, ...added]) })
}
