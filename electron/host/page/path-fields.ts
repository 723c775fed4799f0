// Where calls of a page name files and folders, and what for.
import type { WireRequest } from '../../contract/transport.ts'

/**
 * `input`: read, or followed. `table`: a file that is read as text. `new-folder`: made, or filled while it is empty.
 * `output`: a file that is written, and may be replaced. `backups`: where copies of libraries go. `library`: opened
 * instead of this one. `shown`: in the file manager.
 */
export type PathUse = 'input' | 'table' | 'new-folder' | 'output' | 'backups' | 'library' | 'shown'

/** Every field with a path that the core or the host then uses; other paths are looked up in the library alone. */
const pathFields: Readonly<Record<string, Readonly<Record<string, PathUse>>>> = {
  'imports.labels': { file: 'table', folder: 'input' },
  'imports.folder': { folder: 'input', photosFolder: 'input' },
  'exports.check': { file: 'output' },
  'exports.write': { file: 'output' },
  'exports.dataset': { folder: 'new-folder' },
  'exports.model': { folder: 'new-folder' },
  'photos.drawExplanation': { file: 'output' },
  'library.scan': { folders: 'input' },
  'library.cancelScan': { folders: 'input' },
  'library.moved': { place: 'input' },
  'library.moveFolder': { to: 'input' },
  'moves.plan': { folder: 'input' },
  'moves.run': { folder: 'input' },
  'jobs.start': { folders: 'input', model: 'input' },
  'models.add': { path: 'input' },
  'models.info': { model: 'input' },
  'settings.set': { 'backups.folder': 'backups' },
  'shell.openLibrary': { file: 'library' },
  'shell.revealInFolder': { path: 'shown' },
  'shell.listFolder': { path: 'input' },
}

export interface NamedPath {
  readonly path: string
  readonly use: PathUse
}

/** The paths that a request names, each as `change` returns it, and the request with these. */
export function readPaths(
  { method, input }: WireRequest,
  change: (path: string) => string,
): { readonly call: WireRequest; readonly paths: readonly NamedPath[] } {
  const fields = Object.hasOwn(pathFields, method) ? (pathFields[method] ?? {}) : {}
  const paths: NamedPath[] = []
  let changed = input
  for (const [field, use] of Object.entries(fields))
    changed = changeTexts(changed, field.split('.'), (text) => {
      // The name of a model, and not a path.
      if (field === 'model' && !/[/\\]/.test(text)) return text
      const path = change(text)
      paths.push({ path, use })
      return path
    })
  return { call: { method, input: changed }, paths }
}

/** The same with each text at a place changed; the request was not checked yet. */
function changeTexts(
  input: unknown,
  [name, ...rest]: readonly string[],
  change: (text: string) => string,
): unknown {
  if (name !== undefined) {
    if (typeof input !== 'object' || input === null || !Object.hasOwn(input, name)) return input
    return { ...input, [name]: changeTexts((input as Record<string, unknown>)[name], rest, change) }
  }
  if (Array.isArray(input)) return input.map((item: unknown) => changeTexts(item, [], change))
  return typeof input === 'string' ? change(input) : input
}
