// The name of a key press, the same on every system, and what it is called on other keyboard layouts.

export interface KeyPress {
  readonly key: string
  /** The place of the key on the keyboard, as `KeyX` and `Digit1`. */
  readonly code?: string
  /** Held to type a sign of the layout: no modifier of a command, though Windows reports it as Ctrl and Alt. */
  readonly isAltGraph?: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

const letter = /^\p{L}$/u

/**
 * `Mod+Shift+Z`, `ArrowLeft`, `?`. Letters are upper case; Shift is named only where it does not make the sign itself.
 * Null for a modifier alone.
 */
export function keyName(press: KeyPress, isMac: boolean): string | null {
  if (['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'CapsLock', 'Dead', 'Process'].includes(press.key))
    return null
  const isLetter = letter.test(press.key)
  const isSign = press.key.length === 1 && !isLetter && press.key !== ' '
  const name = press.key === ' ' ? 'Space' : isLetter ? press.key.toUpperCase() : press.key
  const isText = press.isAltGraph ?? false
  const parts = [
    (isMac ? press.metaKey : press.ctrlKey) && !isText ? 'Mod' : '',
    isMac && press.ctrlKey && !isText ? 'Ctrl' : '',
    press.altKey && !isText ? 'Alt' : '',
    press.shiftKey && !isSign ? 'Shift' : '',
    name,
  ]
  return parts.filter(Boolean).join('+')
}

/**
 * What the key at this place is called where letters are Latin and digits need no Shift: `X` for `ч` of a Cyrillic layout,
 * `1` for `&` of a French one. Null where that is the name that it has.
 */
export function latinName(press: KeyPress, isMac: boolean): string | null {
  const { key, code = '', shiftKey, isAltGraph = false } = press
  const isForeign = letter.test(key) && !/^\p{Script=Latin}$/u.test(key)
  const place = /^Key([A-Z])$/.exec(code)?.[1]
  if (isForeign && place !== undefined) return keyName({ ...press, key: place }, isMac)
  const digit = /^Digit(\d)$/.exec(code)?.[1]
  if (digit !== undefined && key !== digit && key.length === 1 && !shiftKey && !isAltGraph)
    return keyName({ ...press, key: digit }, isMac)
  return null
}

/** `Shift+1` for a digit key with Shift, whatever sign that types; null for all others. */
export function shiftedDigit({
  key,
  code = '',
  shiftKey,
  ctrlKey,
  altKey,
  metaKey,
}: KeyPress): string | null {
  const digit = /^Digit(\d)$/.exec(code)?.[1]
  const isOther = !shiftKey || ctrlKey || altKey || metaKey
  // Where digits need Shift, it is the digit itself.
  return digit === undefined || isOther || /^\d$/.test(key) ? null : `Shift+${digit}`
}

/** The text that a plain key types, where that is a letter; null for all others. */
export function letterOf(name: string): string | null {
  const [, shift, typed = ''] = /^(Shift\+)?(\p{L})$/u.exec(name) ?? []
  if (typed === '') return null
  return shift === undefined ? typed.toLowerCase() : typed
}

const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Backspace: '⌫',
  Delete: 'Del',
  PageDown: 'PgDn',
  PageUp: 'PgUp',
}

/** As the user reads it: `Ctrl+Z`, or `⌘Z` on a Mac. */
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
