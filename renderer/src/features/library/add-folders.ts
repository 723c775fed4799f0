// Adds folders to the library: asks for one where none is named, reads it, shows how many photos were found.
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { folderName } from '../../state/describe-step.ts'
import { scansOf } from '../../state/scans.svelte.ts'

/** Reads these folders, or one that the user chooses, and offers to label what was found. Returns whether they were read. */
export async function addFolders(app: AppState, paths?: readonly string[]): Promise<boolean> {
  if (paths === undefined) {
    const picked = await app.attempt(() => app.api.shell.pickFolder({ title: t('library.addFolder') }))
    return picked?.path != null && (await addFolders(app, [picked.path]))
  }
  const result = await readFolders(app, paths)
  if (result === null) return false
  const { photos, skipped } = result
  const found = () => t('library.scanned', { count: photos, shown: formatCount(photos) })
  const showSkipped = () => {
    app.navigation.openLibrary({ filter: { states: ['skipped'] }, photoIds: null })
  }
  if (photos > 0)
    app.toasts.done(found, { label: () => t('library.labelNow'), run: () => void labelFolders(app, paths) })
  else if (skipped === 0)
    app.toasts.done(() => t('library.noneFound', { names: paths.map(folderName).join(t('common.comma')) }))
  // Where nothing can be labelled, the reasons are what the user needs.
  else
    app.toasts.done(() => t('library.onlySkipped', { count: skipped, shown: formatCount(skipped) }), {
      label: () => t('library.showReasons'),
      run: showSkipped,
    })
  return true
}

/** Adds the photos that come with Labelroom, and labels them. */
export async function addSamples(app: AppState): Promise<void> {
  const samples = await app.attempt(() => app.api.shell.samplePhotos({}))
  if (samples === null) return
  const result = await readFolders(app, [samples.path])
  if (result !== null && !app.jobs.isRunning) await labelFolders(app, [samples.path])
}

function readFolders(app: AppState, paths: readonly string[]) {
  app.navigation.open('library')
  return scansOf(app).run(paths)
}

/** With the best model. */
const labelFolders = (app: AppState, folders: readonly string[]): Promise<void> =>
  app.jobs.start({ folders: [...folders], model: null })
