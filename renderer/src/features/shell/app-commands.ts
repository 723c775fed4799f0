// Commands that work on every screen, from keys and from the native menu, and folders dropped on the app's icon.
import type { CommandsOfScope } from '../../commands/definitions.ts'
import type { MenuCommand } from '../../../../electron/contract/shell.ts'
import { menuCommands, scopeOf } from '../../commands/definitions.ts'
import { menuAccelerators } from '../../commands/menu-accelerators.ts'
import { language, t } from '../../i18n/i18n.svelte.ts'
import type { DialogName, Screen } from '../../navigation/navigation.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'
import { describeStep } from '../../state/describe-step.ts'
import { addFolders } from '../library/add-folders.ts'
import { openGiven } from '../library/open-given.ts'

/** Registers them until the returned function is called. */
export function registerAppCommands(app: AppState): () => void {
  const show = (screen: Screen) => () => {
    app.navigation.open(screen)
  }
  const open = (dialog: DialogName) => () => {
    app.navigation.openDialog(dialog)
  }
  const commands: Record<CommandsOfScope<'app'>, () => void> = {
    'app.undo': () => void app.undo(),
    'app.redo': () => void app.redo(),
    'app.shortcuts': open('shortcuts'),
    'app.about': open('about'),
    'app.library': show('library'),
    'app.review': show('review'),
    'app.learn': show('learn'),
    'app.models': show('models'),
    'app.settings': show('settings'),
    'app.addFolder': () => void addFolders(app),
    'app.label': open('label'),
    'app.import': open('import'),
    'app.export': open('export'),
  }
  const stops = [
    app.commands.register(commands),
    app.subscribe('shell.command', ({ command }) => {
      // A dialog keeps photos to itself, as it does with their keys.
      const isCovered = document.querySelector('dialog[open]:modal') !== null
      if (scopeOf(command) === 'app' || !isCovered) app.commands.run(command)
    }),
    app.subscribe('shell.open', (given) => void openGiven(app, given)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** The commands of the native menu that would do something now: none of those of photos while a dialog is about something else. */
export const availableCommands = (app: AppState): MenuCommand[] =>
  menuCommands.filter(
    (id) => app.commands.canRun(id) && (scopeOf(id) === 'app' || app.navigation.dialog === null),
  )

/** Keeps the native menu up to date: its language, what can be undone and done, and the keys as the user has them. A browser has none. */
export function updateMenu(app: AppState, available: readonly MenuCommand[]): void {
  if (app.info.host === 'browser') return
  const { undo, redo } = app.history
  const state = {
    language: language(),
    undo: undo === null ? null : `${t('common.undo')}: ${describeStep(undo)}`,
    redo: redo === null ? null : `${t('common.redo')}: ${describeStep(redo)}`,
    accelerators: menuAccelerators(app.keymap.keysOf),
    available: [...available],
  }
  void app.attempt(() => app.api.shell.setMenu(state))
}
