// The folders that the user added to the library.
import { z } from 'zod'
import { libraryPath } from '../../../common/library-path.ts'
import type { Db } from '../sqlite/connection.ts'

const Folder = z.object({ path: z.string(), addedAtMs: z.int() })
export type Folder = z.infer<typeof Folder>

export type Folders = ReturnType<typeof createFolders>

export function createFolders(db: Db) {
  const insert = db.command(
    'INSERT INTO folder (path, added_at_ms) VALUES (@path, @atMs) ON CONFLICT DO NOTHING',
  )
  const remove = db.command('DELETE FROM folder WHERE path = @path')
  const list = db.query('SELECT path, added_at_ms AS addedAtMs FROM folder ORDER BY path', Folder)

  return {
    /** Adds the folder; one that was added before keeps its date. */
    add: (path: string): void => {
      insert({ path: libraryPath(path), atMs: Date.now() })
    },
    /** Removes the folder, but not its files; see `files.forget`. */
    remove: (path: string): void => {
      remove({ path: libraryPath(path) })
    },
    list: (): Folder[] => list.all(),
  }
}
