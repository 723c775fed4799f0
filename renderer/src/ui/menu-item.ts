// One entry of a menu, or a row of them.

export interface MenuItem {
  readonly text: string
  readonly run: () => void
  /** In place of one entry a row of short ones, with `text` before them; `run` is not called. */
  readonly choices?: readonly MenuChoice[]
  /** Switched on or off by `run`; absent where the entry is no switch. */
  readonly isOn?: boolean
  readonly isDanger?: boolean
  /** The key that does the same. */
  readonly shortcut?: string
  /** A line lies above it. */
  readonly startsGroup?: boolean
}

export interface MenuChoice {
  /** What the button shows. */
  readonly text: string
  /** What it is called where `text` is a sign. */
  readonly name: string
  readonly isOn: boolean
  readonly run: () => void
}
