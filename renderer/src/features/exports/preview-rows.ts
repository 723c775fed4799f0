// The first rows of an export as cells, for the preview.
import type { ExportFormat } from '../../../../electron/contract/exports.ts'

export interface PreviewTable {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The first records of RFC 4180 text; a last one without its line end counts too. */
export function readCsv(text: string, limit: number): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let cell = ''
  let isQuoted = false
  const endCell = () => {
    record.push(cell)
    cell = ''
  }
  // Before the text there may be a byte order mark.
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length && records.length < limit; at++) {
    const sign = text[at]
    if (isQuoted) {
      if (sign !== '"') cell += sign ?? ''
      else if (text[at + 1] === '"') {
        cell += '"'
        at++
      } else isQuoted = false
    } else if (sign === '"') isQuoted = true
    else if (sign === ',') endCell()
    else if (sign === '\n') {
      endCell()
      records.push(record)
      record = []
    } else if (sign !== '\r') cell += sign ?? ''
  }
  if (records.length < limit && (cell !== '' || record.length > 0)) records.push([...record, cell])
  return records
}

interface JsonLine {
  readonly file_name: string
  readonly status: string
  readonly labels: readonly { readonly label: string }[]
}

/** `header` names the columns of JSON lines, which have no header of their own. */
export function previewTable(
  text: string,
  format: ExportFormat,
  limit: number,
  header: readonly string[],
): PreviewTable {
  if (format !== 'jsonl') {
    const [first = [], ...rows] = readCsv(text, limit + 1)
    return { header: first, rows }
  }
  const lines = text.split('\n').filter((line) => line !== '')
  const rows = lines.slice(0, limit).map((line) => {
    const { file_name: name, status, labels } = JSON.parse(line) as JsonLine
    return [name, status, labels.map(({ label }) => label).join(', ')]
  })
  return { header, rows }
}
