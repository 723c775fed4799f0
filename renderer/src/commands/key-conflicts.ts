// Which keys a command may have: none that another command has where both work, and none that means something else.
import { defaultKeysOf, keyCommands, scopeOf, type CommandId, type KeyCommandId } from './definitions.ts'
import type { CommandScope } from './definitions.ts'
import { letterOf } from './key-name.ts'

type KeysOf = (id: KeyCommandId) => readonly string[]

const overlap = (a: CommandScope, b: CommandScope): boolean => a === b || a === 'app' || b === 'app'

/** The keys of a command: the user's own, else the default ones that the user has not given to another command. */
export function keysWith(own: Readonly<Record<string, string>>, id: CommandId): readonly string[] {
  const key = own[id]
  if (key !== undefined) return [key]
  const isTaken = (standard: string) =>
    keyCommands.some((other) => own[other] === standard && overlap(scopeOf(other), scopeOf(id)))
  return defaultKeysOf(id).filter((standard) => !isTaken(standard))
}

/** The keys of commands in the review that are letters: the user's own, since there is none by default. */
export const letterKeysOfReview = (own: Readonly<Record<string, string>>): string[] =>
  keyCommands
    .filter((id) => overlap(scopeOf(id), 'review'))
    .flatMap((id) => keysWith(own, id))
    .filter((key) => letterOf(key) !== null)

/** The other command of the same scope or of the whole app that has this key, or null. */
export function findConflict(keysOf: KeysOf, id: CommandId, key: string): KeyCommandId | null {
  const others = keyCommands.filter((other) => other !== id && overlap(scopeOf(other), scopeOf(id)))
  return others.find((other) => keysOf(other).includes(key)) ?? null
}

/** Keys of the browser, of moving the focus, of the menu's libraries, and the digits that choose labels or give stars. */
export function isReserved(id: CommandId, key: string): boolean {
  const ofBrowser = [
    'Tab',
    'Shift+Tab',
    'F5',
    'F11',
    'F12',
    'Mod+C',
    'Mod+V',
    'Mod+X',
    'Mod+R',
    'Mod+T',
    'Mod+W',
    'Mod+N',
    'Mod+Q',
  ]
  // Fixed in the window's menu, which takes them before the page.
  const ofMenu = ['Mod+Shift+O', 'Mod+Shift+N']
  const scope = scopeOf(id)
  const isDigit = /^[1-9]$/.test(key) && ['review', 'app'].includes(scope)
  const givesStars = /^[0-5]$/.test(key) && ['grid', 'app'].includes(scope)
  return isDigit || givesStars || ofBrowser.includes(key) || ofMenu.includes(key)
}

/** The user's own keys with another one; the default key needs no entry. */
export function withKey(
  own: Readonly<Record<string, string>>,
  id: CommandId,
  key: string,
): Record<string, string> {
  const rest = withoutKey(own, id)
  const standard = defaultKeysOf(id)
  return standard.length === 1 && standard[0] === key ? rest : { ...rest, [id]: key }
}

/** Back to the default key. */
export const withoutKey = (own: Readonly<Record<string, string>>, id: CommandId): Record<string, string> =>
  Object.fromEntries(Object.entries(own).filter(([name]) => name !== id))
