// ExifTool in a few processes that stay: they change keywords in files that other programs wrote, too.
import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import type { ExifTool, TagEdit } from 'exiftool-vendored'
import { MessageError, msg, type Message } from '../../texts/message.ts'
import { keywordFields } from '../metadata/keywords.ts'
import { ratingTag, type FieldChanges } from './change.ts'

/** More do not help a disk. */
const maxProcesses = 3
const taskTimeoutMs = 60_000

export interface KeywordTool {
  /** Why it cannot run here; null where it can. */
  obstacle(): Promise<Message | null>
  /** Writes a copy of a file with changed fields under a name that is not there yet. Throws with ExifTool's words. */
  writeCopy(source: string, target: string, changes: FieldChanges): Promise<void>
  close(): Promise<void>
}

export function createKeywordTool(): KeywordTool {
  let tool: Promise<ExifTool> | null = null
  const open = async (): Promise<ExifTool> => {
    // It takes a moment to load, and most users never need it.
    const { ExifTool } = await import('exiftool-vendored')
    return new ExifTool({
      maxProcs: maxProcesses,
      taskTimeoutMillis: taskTimeoutMs,
      // No configuration of the user: it is a program.
      exiftoolArgs: ['-config', '', '-stay_open', 'True', '-@', '-'],
    })
  }
  return {
    obstacle: findObstacle,
    async writeCopy(source, target, changes) {
      tool ??= open()
      const { edits, rest } = toEdits(changes)
      const { created, warnings } = await (
        await tool
      ).editTags(source, edits.length === 0 ? [noEdit] : edits, {
        writeArgs: ['-o', target, ...rest],
      })
      if (created !== 1) throw new Error(warnings?.join('; ') ?? 'nothing was written')
    },
    async close() {
      const running = await tool?.catch(() => null)
      tool = null
      await running?.end()
    },
  }
}

/**
 * The library needs an edit of a list, also where stars alone change: without one it has ExifTool write into the source
 * itself. Nobody has this keyword, so that taking it out changes nothing.
 */
const noEdit: TagEdit = {
  tag: 'XMP-dc:Subject',
  operation: 'remove',
  value: 'labelroom:0c9b54e1-6d5f-4f0e-9f0a-7c1f4f2f8a57',
}

/** The library checks and encodes the lists that it edits; one of Microsoft is not among them. */
function toEdits(changes: FieldChanges): { edits: TagEdit[]; rest: string[] } {
  const edits: TagEdit[] = []
  const rest: string[] = []
  for (const { tag } of keywordFields) {
    const { remove = [], add = [] } = changes[tag] ?? {}
    if (tag === 'XMP-microsoft:LastKeywordIPTC') {
      rest.push(
        ...remove.map((word) => `-${tag}-=${encode(word)}`),
        ...add.map((word) => `-${tag}+=${encode(word)}`),
      )
      continue
    }
    for (const value of remove) edits.push({ tag, operation: 'remove', value })
    for (const value of add) edits.push({ tag, operation: 'add', value })
  }
  const rating = changes[ratingTag]
  if (rating !== undefined)
    rest.push(
      // Without a value it means: only where there is none.
      `-${ratingTag}-=${encode(rating.remove[0] ?? '')}`,
      ...rating.add.map((stars) => `-${ratingTag}=${encode(stars)}`),
    )
  // By it programs know that IPTC and XMP say the same.
  if (changes['IPTC:Keywords'] !== undefined) rest.push('-Photoshop:IPTCDigest=new')
  return { edits, rest }
}

/** Arguments are lines of text: whatever could end one, or be taken for a part of the syntax, is written as a number. */
const encode = (word: string): string =>
  Array.from(word)
    .map((sign) => (/^[A-Za-z0-9 _.-]$/.test(sign) ? sign : `&#${sign.codePointAt(0) ?? 0};`))
    .join('')

async function findObstacle(): Promise<Message | null> {
  if (process.platform === 'win32') return null
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(path.delimiter)]
  for (const folder of folders) {
    const isThere = await access(path.join(folder, 'perl'), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return null
  }
  return msg(
    'Perl is not installed, which is needed to change files that exist. Install it, or write to new sidecars.',
  )
}

/** What ExifTool said, for a user. */
export function explainToolError(error: unknown): Message {
  if (error instanceof MessageError) return error.translatable
  const words = error instanceof Error ? error.message : String(error)
  return msg('ExifTool could not change it ({{words}}); it is as it was.', { words })
}
