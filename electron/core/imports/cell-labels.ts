// The labels of a table's row, in the forms in which other programs write them.
import { z } from 'zod'
import { fromSafeCell } from '../files/csv-text.ts'
import type { Columns } from './columns.ts'

const Text = z.union([z.string(), z.number()]).transform(String)
/** Label Studio's several choices, FiftyOne's classification, a list. */
const Structured = z.union([
  z.object({ choices: z.array(Text) }).transform(({ choices }) => choices),
  z.object({ label: Text }).transform(({ label }) => [label]),
  z.array(z.union([Text, z.object({ label: Text }).transform(({ label }) => label)])),
])

/** What a cell that begins as JSON or as a list of Python holds; null where it is a label that only looks so. */
function parseStructured(cell: string): readonly string[] | null {
  if (!/^[[{].*[\]}]$/s.test(cell)) return null
  // A list of Python has single quotes, unless a label has one itself.
  for (const text of [cell, cell.replaceAll("'", '"')]) {
    try {
      const { data } = Structured.safeParse(JSON.parse(text))
      if (data !== undefined) return data
    } catch {
      // Not JSON in this spelling.
    }
  }
  return null
}

const isSet = (cell: string | undefined): boolean => /^(1(\.0*)?|true)$/i.test(cell?.trim() ?? '')

/** The labels of one row; empty where it has none. Columns that are named `tags` hold several, separated by `,` or `|`. */
export function labelsOf(
  cells: readonly string[],
  { label, classes }: Columns,
  header: readonly string[],
): readonly string[] {
  if (classes.length > 0)
    return classes.filter((at) => isSet(cells[at])).map((at) => header[at]?.trim() ?? '')
  const cell = fromSafeCell((cells[label] ?? '').trim())
  const structured = parseStructured(cell)
  const parts = structured ?? (/^tags$/i.test(header[label]?.trim() ?? '') ? splitTags(cell) : [cell])
  return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))]
}

/** Tags in a line of text. */
export const splitTags = (text: string): string[] => text.split(/[,|\r\n]/)
