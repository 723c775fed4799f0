// Which key does what now: the standard keys with the person's own laid over them, and who listens.
import { keyActions, type KeyActionName } from './actions.ts'
import { findConflict } from './conflict.ts'
import { keyName } from './key-name.ts'

type Handlers = Partial<Record<KeyActionName, () => void>>

interface Listener {
  readonly handlers: Handlers
  readonly onKey: ((name: string) => boolean) | undefined
}

/** Fields in which a plain key is text and no command. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)))

/** Enter and Space belong to a button that has the focus. */
const isPressable = (target: EventTarget | null, key: string): boolean =>
  ['Enter', 'Space'].includes(key) &&
  target instanceof Element &&
  target.closest('button, a[href], summary, input, [role="option"]') !== null

export class Keymap {
  readonly #isMac: boolean
  #own = $state.raw<Readonly<Record<string, string>>>({})
  // The last one that was registered hears first: a dialog over a screen, a viewer over the grid.
  #listeners: readonly Listener[] = []

  constructor(isMac: boolean) {
    this.#isMac = isMac
  }

  get isMac(): boolean {
    return this.#isMac
  }

  /** The person's own keys, action to key. */
  set own(keys: Readonly<Record<string, string>>) {
    this.#own = keys
  }

  keysOf(action: KeyActionName): readonly string[] {
    const own = this.#own[action]
    return own === undefined ? keyActions[action].keys : [own]
  }

  /** The other action of the same scope or of the whole app that has this key, or null. */
  conflict = (action: KeyActionName, key: string): KeyActionName | null =>
    findConflict((other) => this.keysOf(other), action, key)

  /**
   * Listens until the returned function is called. `onKey` gets keys that no action has, for example digits, and says
   * whether it took them.
   */
  listen(handlers: Handlers, onKey?: (name: string) => boolean): () => void {
    const listener = { handlers, onKey }
    this.#listeners = [listener, ...this.#listeners]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
    }
  }

  /** For the window's keydown. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    const name = keyName(event, this.#isMac)
    if (name === null || (isTyping(event.target) && !name.startsWith('Mod+'))) return
    // The browser's own editing wins while text is edited.
    if (isTyping(event.target) && ['Mod+Z', 'Mod+Shift+Z', 'Mod+Y', 'Mod+A'].includes(name)) return
    if (isPressable(event.target, name)) return
    // Escape closes what is open over the screen, and does nothing else.
    if (name === 'Escape' && document.querySelector(':popover-open') !== null) return
    // A dialog of the page keeps the keys to itself.
    if (document.querySelector('dialog[open]:modal') !== null) return
    if (this.#listeners.some((listener) => this.#offer(listener, name))) event.preventDefault()
  }

  #offer({ handlers, onKey }: Listener, name: string): boolean {
    const action = (Object.keys(handlers) as KeyActionName[]).find((one) => this.keysOf(one).includes(name))
    const handler = action === undefined ? undefined : handlers[action]
    if (handler === undefined) return onKey?.(name) ?? false
    handler()
    return true
  }
}
