// One entry of a menu.

export interface MenuItem {
  readonly text: string
  readonly run: () => void
  readonly isDanger?: boolean
  /** The key that does the same. */
  readonly shortcut?: string
  /** A line lies above it. */
  readonly startsGroup?: boolean
}
