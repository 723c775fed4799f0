// The keys of the commands as the native menu shows them: what the user has now, in the form that Electron takes.
import type { MenuAccelerators } from '../../../electron/contract/shell.ts'
import { menuCommands, scopeOf, type CommandId } from './definitions.ts'

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
 * @param isOnlyShown the menu names the key and does not take it.
 */
export function acceleratorOf(key: string, isOnlyShown = false): string | null {
  const isPlus = key.endsWith('++') || key === '+'
  const parts = (isPlus ? key.slice(0, -1) : key).split('+').filter(Boolean)
  const names = isPlus ? [...parts, 'Plus'] : parts
  const last = names.at(-1) ?? ''
  const isFunctionKey = /^F\d{1,2}$/.test(last)
  const isText = !isFunctionKey && !names.some((name) => modifiers.includes(name))
  if (isText && !isOnlyShown) return null
  if (!/^[\x21-\x7e]+$/.test(last)) return null
  return names.map((name) => electronNames[name] ?? name).join('+')
}

/** For every command of the native menu its first key; null where the menu shows none. Only those of the app are taken by it. */
export const menuAccelerators = (keysOf: (id: CommandId) => readonly string[]): MenuAccelerators =>
  Object.fromEntries(
    menuCommands.map((id) => {
      const [key] = keysOf(id)
      return [id, key === undefined ? null : acceleratorOf(key, scopeOf(id) !== 'app')]
    }),
  ) as MenuAccelerators
