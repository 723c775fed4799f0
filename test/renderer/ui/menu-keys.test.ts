// Arrow keys in a menu with rows of several entries.
import { expect, test } from 'vitest'
import { nextMenuEntry } from '../../../renderer/src/ui/menu-keys.ts'

// An entry, a row of three, an entry.
const rows = [0, 1, 1, 1, 2]

test.each([
  ['ArrowDown', -1, 0],
  ['ArrowDown', 0, 1],
  ['ArrowDown', 2, 4],
  ['ArrowDown', 4, 0],
  ['ArrowUp', 4, 1],
  ['ArrowUp', 3, 0],
  ['ArrowUp', 0, 4],
  ['ArrowRight', 1, 2],
  ['ArrowRight', 3, 1],
  ['ArrowLeft', 1, 3],
  ['ArrowLeft', 0, undefined],
  ['Home', 3, 0],
  ['End', 0, 4],
  ['a', 0, undefined],
])('%s on entry %i leads to %o', (key, at, next) => {
  expect(nextMenuEntry(rows, at, key)).toBe(next)
})
