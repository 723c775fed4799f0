// Which key runs which command: the default keys with the user's own laid over them.
import type { CommandId, KeyCommandId } from './definitions.ts'
import { findConflict, keysWith } from './key-conflicts.ts'
import { displayKey, keyName, latinName, shiftedDigit, type KeyPress } from './key-name.ts'
import type { CommandRegistry } from './registry.ts'

/** Fields in which a plain key is text and no command. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)))

/** Copying means the text that is selected, where some is. */
const copiesText = (names: readonly string[]): boolean =>
  names.includes('Mod+C') && document.getSelection()?.isCollapsed === false

/** Enter and Space belong to a button that has the focus. */
const isPressable = (target: EventTarget | null, key: string): boolean =>
  ['Enter', 'Space'].includes(key) &&
  target instanceof Element &&
  target.closest('button, a[href], summary, input, [role="option"]') !== null

/** A key press with what the event knows only when asked. */
export const pressOf = (event: KeyboardEvent): KeyPress => ({
  key: event.key,
  code: event.code,
  ctrlKey: event.ctrlKey,
  metaKey: event.metaKey,
  shiftKey: event.shiftKey,
  altKey: event.altKey,
  isAltGraph: event.getModifierState('AltGraph'),
})

export class Keymap {
  readonly #isMac: boolean
  readonly #registry: CommandRegistry
  #own = $state.raw<Readonly<Record<string, string>>>({})

  constructor(registry: CommandRegistry, isMac: boolean) {
    this.#registry = registry
    this.#isMac = isMac
  }

  get isMac(): boolean {
    return this.#isMac
  }

  /** The user's own keys, command to key. */
  set own(keys: Readonly<Record<string, string>>) {
    this.#own = keys
  }

  /** The keys as they are now; not a method, so that it can be passed on. */
  readonly keysOf = (id: CommandId): readonly string[] => keysWith(this.#own, id)

  /** The first key of a command as the system writes it, `Ctrl+Z` or `⌘Z`; empty where it has none. */
  shortcut(id: CommandId): string {
    const [key] = this.keysOf(id)
    return key === undefined ? '' : displayKey(key, this.#isMac)
  }

  /** For tooltips: `Undo (Ctrl+Z)`. */
  withShortcut(text: string, id: CommandId): string {
    const shortcut = this.shortcut(id)
    return shortcut === '' ? text : `${text} (${shortcut})`
  }

  /** The other command of the same scope or of the whole app that has this key, or null. */
  conflict(id: CommandId, key: string): KeyCommandId | null {
    return findConflict(this.keysOf, id, key)
  }

  /** For the window's keydown. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    const press = pressOf(event)
    const key = keyName(press, this.#isMac)
    if (key === null || (isTyping(event.target) && !key.startsWith('Mod+'))) return
    const others = [latinName(press, this.#isMac), shiftedDigit(press)]
    const names = [key, ...others.filter((name) => name !== null)]
    // The browser's own editing wins while text is edited.
    const edits = ['Mod+Z', 'Mod+Shift+Z', 'Mod+Y', 'Mod+A']
    if (isTyping(event.target) && names.some((name) => edits.includes(name))) return
    if (copiesText(names) || isPressable(event.target, key)) return
    // Escape closes what is open over the screen, and does nothing else.
    if (key === 'Escape' && document.querySelector(':popover-open') !== null) return
    // A modal dialog keeps the keys to itself.
    if (document.querySelector('dialog[open]:modal') !== null) return
    // What the key types counts first, so that it is the place alone only where nobody takes that.
    if (names.some((name) => this.#registry.press(name, this.keysOf))) event.preventDefault()
  }
}
