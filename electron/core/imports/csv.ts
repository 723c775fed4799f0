// Streams the rows of a CSV file: RFC 4180 with the liberties that spreadsheets take, and bounded memory.
import { pipeline } from 'node:stream'
import { TextDecoder } from 'node:util'
import { CsvError, parse } from 'csv-parse'
import { openRegular } from '../../common/open-file.ts'
import { AppError } from '../../contract/errors.ts'
import type { CsvEncoding } from '../../contract/imports.ts'
import { msg } from '../../texts/message.ts'
import { explainReadError } from '../files/file-errors.ts'

export interface CsvRow {
  /** Where the row begins; the first line is 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * Far more than a path, a label and a hash need. A quotation mark that is never closed would make one cell of the rest
 * of the file, however large the file is.
 */
const maxRecordBytes = 2 ** 20

/**
 * Yields the header and the rows; empty lines are left out but counted. Line ends may be of any kind, cells separated
 * by `,`, `;` or tabs. At most one record and two chunks of the file are in memory.
 * @param onRead Called after each chunk, with bytes of the file.
 * @throws AppError where `file` cannot be read or is not text, a quotation mark is never closed, or a record is too long.
 */
export async function* readCsv(
  file: string,
  onRead: (bytes: number, totalBytes: number) => void = () => undefined,
  encoding: CsvEncoding = 'utf-8',
): AsyncGenerator<CsvRow, undefined> {
  const texts = decode(readBytes(file, onRead), file, encoding)
  const chunk = await texts.next()
  const start = chunk.done === true ? '' : chunk.value
  // The line that names the separator for Excel.
  const separatorLine = /^sep=(.)(\r\n|\n|\r)/.exec(start)
  const header = start.slice(separatorLine?.[0].length ?? 0)
  const first: IteratorResult<string, undefined> =
    chunk.done === true ? chunk : { done: false, value: header }
  /** Where the rows begin that are parsed and not yet read. */
  const lines: number[] = []
  let recordLines = 0
  let parsedBytes = 0
  const linesBefore = separatorLine === null ? 0 : 1
  const lineOf = (info: { readonly empty_lines: number }) => 1 + linesBefore + recordLines + info.empty_lines
  const parser = parse({
    delimiter: separatorLine?.[1] ?? findSeparator(header),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // Line numbers of csv-parse count CRLF inside quotes twice.
    on_record(cells, info) {
      lines.push(lineOf(info))
      recordLines += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
      parsedBytes = info.bytes
      return cells
    },
  })
  async function* feed() {
    let fedBytes = 0
    try {
      for (let next = first; next.done !== true; next = await texts.next()) {
        const bytes = Buffer.from(next.value)
        fedBytes += bytes.length
        yield bytes
        if (fedBytes - parsedBytes > maxRecordBytes)
          throw new AppError(
            'bad-request',
            msg(
              '{{file}} has a row of more than 1 MB, which begins in line {{line}}. Close the quotation mark that is open there, or shorten the row.',
              { file, line: lineOf(parser.info) },
            ),
          )
      }
    } finally {
      await texts.return(undefined)
    }
  }
  // Errors reach the reader of `parser`.
  pipeline(feed, parser, () => undefined)
  try {
    for await (const cells of parser) yield { line: lines.shift() ?? 0, cells: cells as string[] }
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') throw error
    throw new AppError(
      'bad-request',
      msg(
        '{{file}} has a quotation mark in line {{line}} that is never closed. Close it, or write the file again.',
        { file, line: lineOf(parser.info) },
      ),
    )
  }
}

async function* readBytes(
  file: string,
  onRead: (bytes: number, totalBytes: number) => void,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    const { handle: opened, stats } = await openRegular(file)
    await using handle = opened
    let read = 0
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      const bytes = chunk as Buffer
      yield bytes
      read += bytes.length
      onRead(read, stats.size)
    }
  } catch (error) {
    throw new AppError(
      'not-found',
      msg('{{file}} cannot be read. {{why}}', { file, why: explainReadError(error, file) }),
      { cause: error },
    )
  }
}

/** Text of the bytes: UTF-8, unless a byte order mark says what spreadsheets call Unicode text. */
async function* decode(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  encoding: CsvEncoding,
): AsyncGenerator<string, undefined> {
  let decoder: TextDecoder | null = null
  // With a character in place of each one that is not understood, labels would be saved under wrong names.
  const decodeChunk = (bytes: Uint8Array | null) => {
    decoder ??= new TextDecoder(encodingOf(bytes ?? []) ?? encoding, { fatal: true })
    try {
      return bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true })
    } catch (error) {
      throw new AppError(
        'bad-request',
        msg('{{file}} is not text in {{encoding}}. Choose its encoding, or save it as CSV in UTF-8.', {
          file,
          encoding: encoding.toUpperCase(),
        }),
        { cause: error },
      )
    }
  }
  for await (const bytes of chunks) yield decodeChunk(bytes)
  yield decodeChunk(null)
}

/** What a byte order mark says; null where there is none. */
function encodingOf([first, second, third]: Iterable<number>): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : null
}

/** The character that divides the first line into most cells. */
function findSeparator(text: string): string {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const counts = [',', ';', '\t'].map((separator) => ({ separator, count: header.split(separator).length }))
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator
}
