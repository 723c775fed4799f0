// The name of a key press, the same on every keyboard layout and system.

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/**
 * `Mod+Shift+Z`, `ArrowLeft`, `?`. Letters are upper case; Shift is named only where it does not make the sign itself.
 * Null for a modifier alone.
 */
export function keyName(press: KeyPress, isMac: boolean): string | null {
  if (['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'CapsLock', 'Dead', 'Process'].includes(press.key))
    return null
  const isLetter = /^\p{L}$/u.test(press.key)
  const isSign = press.key.length === 1 && !isLetter && press.key !== ' '
  const name = press.key === ' ' ? 'Space' : isLetter ? press.key.toUpperCase() : press.key
  const parts = [
    (isMac ? press.metaKey : press.ctrlKey) ? 'Mod' : '',
    isMac && press.ctrlKey ? 'Ctrl' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey && !isSign ? 'Shift' : '',
    name,
  ]
  return parts.filter(Boolean).join('+')
}

const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Backspace: '⌫',
}

/** As a person reads it: `Ctrl+Z`, or `⌘Z` on a Mac. */
export function displayKey(name: string, isMac: boolean): string {
  const parts = name
    .split('+')
    .map((part, index, all) => (part === '' && index === all.length - 1 ? '+' : part))
  const shown = parts.filter(Boolean).map((part) => {
    if (part === 'Mod') return isMac ? '⌘' : 'Ctrl'
    if (part === 'Shift') return isMac ? '⇧' : 'Shift'
    if (part === 'Alt') return isMac ? '⌥' : 'Alt'
    return signs[part] ?? part
  })
  return shown.join(isMac ? '' : '+')
}
