// Which keys an action may have: none that another action has where both work, and none that means something else.
import { keyActions, type KeyActionName, type KeyScope } from './actions.ts'

type KeysOf = (action: KeyActionName) => readonly string[]

export const actionNames = Object.keys(keyActions) as readonly KeyActionName[]

export const scopeOf = (action: KeyActionName): KeyScope => keyActions[action].scope

/** The other action of the same scope or of the whole app that has this key, or null. */
export function findConflict(keysOf: KeysOf, action: KeyActionName, key: string): KeyActionName | null {
  const scope = scopeOf(action)
  const meet = (other: KeyScope) => other === scope || other === 'app' || scope === 'app'
  const others = actionNames.filter((other) => other !== action && meet(scopeOf(other)))
  return others.find((other) => keysOf(other).includes(key)) ?? null
}

/** Keys of the browser, of moving the focus, and the digits that choose labels. */
export function isReserved(action: KeyActionName, key: string): boolean {
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
  const isDigit = /^[1-9]$/.test(key) && ['review', 'app'].includes(scopeOf(action))
  return isDigit || ofBrowser.includes(key)
}

/** The person's own keys with another one; the standard key needs no entry. */
export function withKey(
  own: Readonly<Record<string, string>>,
  action: KeyActionName,
  key: string,
): Record<string, string> {
  const rest = withoutKey(own, action)
  const standard: readonly string[] = keyActions[action].keys
  return standard.length === 1 && standard[0] === key ? rest : { ...rest, [action]: key }
}

/** Back to the standard key. */
export const withoutKey = (
  own: Readonly<Record<string, string>>,
  action: KeyActionName,
): Record<string, string> => Object.fromEntries(Object.entries(own).filter(([name]) => name !== action))
