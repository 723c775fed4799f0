// Goes on with a folder of the library that is missing where the same photos lie now, as one step.
import { t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'

/** Labels, suggestions and thumbnails stay; a message offers to undo it. */
export async function useMovedFolder(app: AppState, from: string, to: string): Promise<void> {
  const done = await app.edit(async () => {
    await app.api.library.moveFolder({ from, to })
    // This machine may have other dates and numbers for the files.
    await app.api.library.scan({ folders: [to] })
    return true
  })
  if (done === true) app.announceStep(() => t('library.folderFound', { to }))
}

/** Asks where it is, or something above it, since a whole drive may have another name. */
export async function findMissingFolder(app: AppState, from: string): Promise<void> {
  const picked = await app.attempt(() => app.api.shell.pickFolder({ title: t('library.findFolderTitle') }))
  if (picked?.path == null) return
  const { path: place } = picked
  const found = await app.attempt(() => app.api.library.moved({ place }))
  if (found === null) return
  // What is not there is refused with the reason.
  await useMovedFolder(app, from, found.find((folder) => folder.from === from)?.to ?? place)
}
