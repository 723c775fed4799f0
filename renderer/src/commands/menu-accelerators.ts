// The keys of the commands as the native menu shows them: what the user has now, in the form that Electron takes.
import type { MenuAccelerators } from '../../../electron/contract/shell.ts'
import { menuCommands, type CommandId } from './definitions.ts'

/** Electron's names of keys that the browser calls otherwise. */
const electronNames: Readonly<Record<string, string>> = {
  Mod: 'CmdOrCtrl',
  Ctrl: 'Control',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
}
const modifiers = ['Mod', 'Ctrl', 'Alt']

/**
 * A key name as an accelerator: `Mod+Shift+Z` is `CmdOrCtrl+Shift+Z`. Null for keys that a menu must not take, since in a
 * text field they are text, and for those that Electron has no name for; the page handles both itself.
 */
export function acceleratorOf(key: string): string | null {
  const isPlus = key.endsWith('++') || key === '+'
  const parts = (isPlus ? key.slice(0, -1) : key).split('+').filter(Boolean)
  const names = isPlus ? [...parts, 'Plus'] : parts
  const last = names.at(-1) ?? ''
  const isFunctionKey = /^F\d{1,2}$/.test(last)
  if (!isFunctionKey && !names.some((name) => modifiers.includes(name))) return null
  if (!/^[\x21-\x7e]+$/.test(last)) return null
  return names.map((name) => electronNames[name] ?? name).join('+')
}

/** For every command of the native menu its first key; null where the menu shows none. */
export const menuAccelerators = (keysOf: (id: CommandId) => readonly string[]): MenuAccelerators =>
  Object.fromEntries(
    menuCommands.map((id) => {
      const [key] = keysOf(id)
      return [id, key === undefined ? null : acceleratorOf(key)]
    }),
  ) as MenuAccelerators
