// What works on every screen: keys, the menu of the window, and folders that are dropped on the app's icon.
import type { AppState, DialogName, Screen } from '../../state/app.svelte.ts'
import { language } from '../../i18n/i18n.svelte.ts'
import { addFolders } from '../library/add-folders.ts'

/** Listens until the returned function is called. */
export function listenToApp(app: AppState): () => void {
  const show = (screen: Screen) => () => {
    app.screen = screen
  }
  const open = (dialog: DialogName) => () => {
    app.openDialog(dialog)
  }
  const commands = {
    undo: () => void app.undo(),
    redo: () => void app.redo(),
    shortcuts: open('shortcuts'),
    library: show('library'),
    review: show('review'),
    learn: show('learn'),
    models: show('models'),
    settings: show('settings'),
    'add-folder': () => void addFolders(app),
    label: open('label'),
    import: open('import'),
    export: open('export'),
    about: open('about'),
  }
  const stops = [
    app.keymap.listen({
      'app.undo': commands.undo,
      'app.redo': commands.redo,
      'app.shortcuts': commands.shortcuts,
      'app.library': commands.library,
      'app.review': commands.review,
      'app.learn': commands.learn,
      'app.models': commands.models,
      'app.settings': commands.settings,
      'app.addFolder': commands['add-folder'],
      'app.label': commands.label,
      'app.import': commands.import,
      'app.export': commands.export,
    }),
    app.subscribe('shell.command', ({ command }) => {
      commands[command]()
    }),
    app.subscribe('shell.open', ({ paths }) => void addFolders(app, paths)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** The menu of the window speaks the language of the app and knows what can be undone. */
export function tellMenu(app: AppState): void {
  const { undo, redo } = app.history
  const state = { language: language(), canUndo: undo !== null, canRedo: redo !== null }
  void app.attempt(() => app.api.shell.setMenu(state))
}
