// Finds the files of the built page; nothing outside its folder can be named, by no spelling and through no link.
import { readFile, realpath } from 'node:fs/promises'
import path from 'node:path'

export interface PageFile {
  readonly content: Buffer
  readonly contentType: string
  /** Files with a hash of their content in the name never change. */
  readonly isImmutable: boolean
}

/** A file whose type is not listed is no part of the page. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** Names as a bundler writes them; a dot at the start, a backslash, a `%` or a control character is never part of one. */
const plainName = /^[\w-][\w.-]*$/

/** The file for a path such as `/` or `/assets/index-1a2b.js`; null where the page has none. */
export async function readPageFile(folder: string, urlPath: string): Promise<PageFile | null> {
  const names = urlPath === '/' ? ['index.html'] : urlPath.slice(1).split('/')
  const contentType = contentTypes[path.extname(names.at(-1) ?? '')]
  if (contentType === undefined || !names.every((name) => plainName.test(name))) return null
  const root = await realpath(folder)
  const file = await realpath(path.join(folder, ...names)).catch(() => null)
  if (file?.startsWith(root + path.sep) !== true) return null
  const content = await readFile(file).catch(() => null)
  return content && { content, contentType, isImmutable: names[0] === 'assets' }
}
