// Which commands can run now, and what they do: screens register theirs while they are shown.
import { createSubscriber } from 'svelte/reactivity'
import type { CommandId } from './definitions.ts'

export type CommandHandlers = Partial<Record<CommandId, () => void>>

interface Registration {
  readonly handlers: CommandHandlers
  readonly onOtherKey: ((key: string) => boolean) | undefined
  readonly canRun: ((id: CommandId) => boolean) | undefined
}

export class CommandRegistry {
  // The newest registration comes first: the viewer over the grid, a rubber band over the selection.
  #registrations: readonly Registration[] = []
  #announce: () => void = () => undefined
  /** Effects that ask what can run follow the screens that come and go. */
  readonly #follow = createSubscriber((update) => {
    this.#announce = update
    return () => {
      this.#announce = () => undefined
    }
  })

  /**
   * Registers until the returned function is called. `onOtherKey` gets keys that belong to none of these commands, for
   * example digits, and returns whether it took them. `canRun` says of these commands which would do something now;
   * without it all would.
   */
  register(
    handlers: CommandHandlers,
    onOtherKey?: (key: string) => boolean,
    canRun?: (id: CommandId) => boolean,
  ): () => void {
    const registration = { handlers, onOtherKey, canRun }
    this.#registrations = [registration, ...this.#registrations]
    this.#announce()
    return () => {
      this.#registrations = this.#registrations.filter((other) => other !== registration)
      this.#announce()
    }
  }

  /** Runs a command as the screen on top means it; nothing where none has registered it. */
  run(id: CommandId): void {
    this.#registrations.find(({ handlers }) => handlers[id] !== undefined)?.handlers[id]?.()
  }

  /** Whether a command would do something now, as the screen on top means it. */
  canRun(id: CommandId): boolean {
    this.#follow()
    const top = this.#registrations.find(({ handlers }) => handlers[id] !== undefined)
    return top !== undefined && (top.canRun?.(id) ?? true)
  }

  /** Offers a key to each registration in turn. Returns whether one took it. */
  press(key: string, keysOf: (id: CommandId) => readonly string[]): boolean {
    return this.#registrations.some(({ handlers, onOtherKey }) => {
      const id = (Object.keys(handlers) as CommandId[]).find((one) => keysOf(one).includes(key))
      const run = id === undefined ? undefined : handlers[id]
      if (run === undefined) return onOtherKey?.(key) ?? false
      run()
      return true
    })
  }
}
