// Colours that the user gave to labels: a dot in lists, and the sign on tiles.
import type { AppState } from '../state/app.svelte.ts'

export const labelColors = ['1', '2', '3', '4', '5', '6', '7', '8'] as const

/** Of the label, else of the nearest one above it; null without any. */
export function colorOf(colors: Readonly<Record<string, string>>, name: string): string | null {
  for (let at = name; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const color = colors[at]
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
  const others = Object.entries(app.settings.labelColors).filter(([name]) => !names.includes(name))
  const added = color === null ? [] : names.map((name) => [name, color] as const)
  await app.changeSettings({ labelColors: Object.fromEntries([...others, ...added]) })
}
