// Every command of the app: where it works, its default keys, and whether the native menu has an item for it.
// The keymap, the list of shortcuts and the native menu are views of this table; `CommandRegistry` knows what runs.
import type { MenuCommand } from '../../../electron/contract/shell.ts'

/** `app` works everywhere; the others only on their screen. */
export type CommandScope = 'app' | 'grid' | 'viewer' | 'review'

export const commandScopes: readonly CommandScope[] = ['app', 'grid', 'viewer', 'review']

export interface CommandDefinition {
  readonly scope: CommandScope
  /** As `keyName` writes them: `Mod+Z`, `ArrowLeft`, `?`. `Mod` is Ctrl, or Cmd on a Mac. Empty: it takes no key. */
  readonly defaultKeys: readonly string[]
  /** Its place, text and order in the native menu are in `electron/main/menu.ts`. */
  readonly isInMenu: boolean
}

const menuCommand = (...defaultKeys: readonly string[]) =>
  ({ scope: 'app', defaultKeys, isInMenu: true }) as const
const photoCommand = (...defaultKeys: readonly string[]) =>
  ({ scope: 'grid', defaultKeys, isInMenu: true }) as const
const command = <S extends CommandScope>(scope: S, ...defaultKeys: readonly string[]) =>
  ({ scope, defaultKeys, isInMenu: false }) as const

export const commandDefinitions = {
  'app.undo': menuCommand('Mod+Z'),
  'app.redo': menuCommand('Mod+Shift+Z', 'Mod+Y'),
  'app.shortcuts': menuCommand('?'),
  'app.about': menuCommand(),
  'app.library': menuCommand('Mod+1'),
  'app.review': menuCommand('Mod+2'),
  'app.learn': menuCommand('Mod+3'),
  'app.models': menuCommand('Mod+4'),
  'app.settings': menuCommand('Mod+,'),
  'app.addFolder': menuCommand('Mod+O'),
  'app.label': menuCommand('Mod+L'),
  'app.import': menuCommand('Mod+I'),
  'app.export': menuCommand('Mod+E'),
  'grid.search': command('grid', '/', 'Mod+F'),
  'grid.open': photoCommand('Enter', 'Space'),
  'grid.selectAll': command('grid', 'Mod+A'),
  'grid.clearSelection': command('grid', 'Escape'),
  'grid.assign': photoCommand('T'),
  'grid.assignLast': command('grid', 'Shift+T'),
  'grid.accept': photoCommand('P'),
  'grid.reject': photoCommand('X'),
  'grid.review': photoCommand('R'),
  'grid.copyLabels': photoCommand('Mod+C'),
  'grid.pasteLabels': photoCommand('Mod+V'),
  // As in Lightroom but for Shift: P and X are about suggestions. They work in the viewer, too.
  'grid.pick': photoCommand('Shift+P'),
  'grid.flagReject': photoCommand('Shift+X'),
  'grid.unflag': photoCommand('Shift+U', 'U'),
  'grid.move': photoCommand('M'),
  // As in Lightroom; it works in the viewer and in the review, too.
  'grid.writeKeywords': photoCommand('Mod+S'),
  'grid.similar': photoCommand(),
  'grid.nearHere': photoCommand(),
  'grid.reveal': photoCommand(),
  // Their digits are no keys of commands: in the viewer the same ones choose labels.
  'grid.stars0': photoCommand(),
  'grid.stars1': photoCommand(),
  'grid.stars2': photoCommand(),
  'grid.stars3': photoCommand(),
  'grid.stars4': photoCommand(),
  'grid.stars5': photoCommand(),
  'grid.larger': command('grid', '+', '='),
  'grid.smaller': command('grid', '-'),
  'viewer.next': command('viewer', 'ArrowRight', 'J', 'PageDown'),
  'viewer.previous': command('viewer', 'ArrowLeft', 'K', 'PageUp'),
  'viewer.first': command('viewer', 'Home'),
  'viewer.last': command('viewer', 'End'),
  // The key that opens it closes it; Enter accepts.
  'viewer.close': command('viewer', 'Escape', 'Space'),
  'viewer.zoomIn': command('viewer', '+', '='),
  'viewer.zoomOut': command('viewer', '-'),
  'viewer.fit': command('viewer', '0'),
  'viewer.actualSize': command('viewer', 'Z'),
  'viewer.fullScreen': command('viewer', 'F'),
  'viewer.panel': command('viewer', 'I'),
  'viewer.explain': command('viewer', 'H'),
  'viewer.accept': command('viewer', 'Enter', 'P'),
  'viewer.reject': command('viewer', 'X'),
  'review.accept': command('review', 'Enter'),
  // No letter is a command in the review: letters are the start of a label.
  'review.reject': command('review', '0', 'Delete'),
  'review.next': command('review', 'ArrowRight'),
  'review.previous': command('review', 'ArrowLeft'),
  'review.choiceDown': command('review', 'ArrowDown'),
  'review.choiceUp': command('review', 'ArrowUp'),
  'review.nextUnlabelled': command('review', 'PageDown', 'Mod+ArrowRight'),
  'review.clear': command('review', 'Backspace'),
  'review.autoAdvance': command('review', 'Mod+Shift+A'),
  'review.zoom': command('review', 'Space'),
  'review.find': command('review', '/'),
  'review.close': command('review', 'Escape'),
} as const satisfies Record<MenuCommand, CommandDefinition & { isInMenu: true }> &
  Record<string, CommandDefinition>

type Definitions = typeof commandDefinitions

export type CommandId = keyof Definitions

export type CommandsOfScope<S extends CommandScope> = {
  [Id in CommandId]: Definitions[Id]['scope'] extends S ? Id : never
}[CommandId]

/** Commands that take a key, which the user can change. Fails to compile where one of them has no text in settings.json. */
export type KeyCommandId = Exclude<
  CommandId,
  'app.about' | 'grid.similar' | 'grid.nearHere' | 'grid.reveal' | `grid.stars${number}`
>

export const scopeOf = (id: CommandId): CommandScope => commandDefinitions[id].scope

export const defaultKeysOf = (id: CommandId): readonly string[] => commandDefinitions[id].defaultKeys

const commandIds = Object.keys(commandDefinitions) as readonly CommandId[]

export const keyCommands = commandIds.filter((id): id is KeyCommandId => defaultKeysOf(id).length > 0)

export const menuCommands = commandIds.filter((id): id is MenuCommand => commandDefinitions[id].isInMenu)
