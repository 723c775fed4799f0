// The user's own keys: none may be taken twice where both work, and the default comes back.
import { describe, expect, it } from 'vitest'
import { keyCommands, scopeOf, type CommandId } from '../../../renderer/src/commands/definitions.ts'
import {
  findConflict,
  isReserved,
  keysWith,
  letterKeysOfReview,
  withKey,
  withoutKey,
} from '../../../renderer/src/commands/key-conflicts.ts'
import {
  displayKey,
  keyName,
  latinName,
  letterOf,
  shiftedDigit,
  type KeyPress,
} from '../../../renderer/src/commands/key-name.ts'

const keysOf =
  (own: Record<string, string> = {}) =>
  (id: CommandId) =>
    keysWith(own, id)
const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

describe('findConflict', () => {
  it('finds none among the default keys', () => {
    for (const id of keyCommands)
      for (const key of keysOf()(id)) expect(findConflict(keysOf(), id, key), id).toBeNull()
  })

  it('finds a command of the same scope or of the whole app', () => {
    expect(findConflict(keysOf(), 'review.clear', '0')).toBe('review.reject')
    expect(findConflict(keysOf(), 'review.clear', 'Mod+Z')).toBe('app.undo')
    expect(findConflict(keysOf(), 'app.export', 'X')).not.toBeNull()
  })

  it('allows keys of another scope, and those of the command itself', () => {
    expect(findConflict(keysOf(), 'review.clear', 'R')).toBeNull()
    expect(findConflict(keysOf(), 'review.clear', 'Backspace')).toBeNull()
  })

  it("compares with the user's own keys", () => {
    const own = { 'review.reject': 'N' }
    expect(findConflict(keysOf(own), 'review.clear', '0')).toBeNull()
    expect(findConflict(keysOf(own), 'review.clear', 'N')).toBe('review.reject')
  })
})

describe('keysWith', () => {
  it("takes a default key from a command where the user's own key of another is the same", () => {
    expect(keysWith({ 'review.clear': '0' }, 'review.reject')).toEqual(['Delete'])
    expect(keysWith({ 'grid.larger': '0' }, 'review.reject')).toEqual(['0', 'Delete'])
  })

  it('leaves letters to the search for labels in the review, but those that the user chose', () => {
    expect(letterKeysOfReview({})).toEqual([])
    expect(letterKeysOfReview({ 'review.reject': 'X', 'app.undo': 'Shift+U', 'grid.accept': 'Y' })).toEqual([
      'Shift+U',
      'X',
    ])
    const plain = keyCommands.filter((id) => scopeOf(id) === 'review').flatMap((id) => keysWith({}, id))
    expect(plain.filter((key) => letterOf(key) !== null)).toEqual([])
  })
})

describe('isReserved', () => {
  it('reserves digits for labels and stars, and the keys of the browser', () => {
    expect(isReserved('review.clear', '3')).toBe(true)
    expect(isReserved('grid.larger', '3')).toBe(true)
    expect(isReserved('grid.larger', '6')).toBe(false)
    expect(isReserved('grid.larger', 'Mod+W')).toBe(true)
  })

  it('keeps the fixed keys of the menu, which the page never receives', () => {
    expect(isReserved('grid.larger', 'Mod+Shift+O')).toBe(true)
    expect(isReserved('app.export', 'Mod+Shift+N')).toBe(true)
  })
})

describe('withKey', () => {
  it('keeps an own key, and forgets it where it is the default again', () => {
    const own = withKey({}, 'review.reject', 'N')
    expect(own).toEqual({ 'review.reject': 'N' })
    expect(withKey({ 'review.find': 'N' }, 'review.find', '/')).toEqual({})
    expect(withoutKey(own, 'review.reject')).toEqual({})
  })

  it('keeps one of two default keys as an own key', () => {
    expect(withKey({}, 'app.redo', 'Mod+Y')).toEqual({ 'app.redo': 'Mod+Y' })
  })
})

describe('keyName', () => {
  it('names a key press alike on every system', () => {
    expect(keyName(press('z', { ctrlKey: true }), false)).toBe('Mod+Z')
    expect(keyName(press('z', { metaKey: true }), true)).toBe('Mod+Z')
    expect(keyName(press('?', { shiftKey: true }), false)).toBe('?')
    expect(keyName(press('ArrowLeft', { shiftKey: true }), false)).toBe('Shift+ArrowLeft')
    expect(keyName(press('Shift', { shiftKey: true }), false)).toBeNull()
  })

  it('is also found by the place of the key: letters of other scripts, and digits that need Shift', () => {
    const foreign = press('я', { code: 'KeyZ', ctrlKey: true })
    expect(keyName(foreign, false)).toBe('Mod+Я')
    expect(latinName(foreign, false)).toBe('Mod+Z')
    expect(latinName(press('χ', { code: 'KeyX' }), false)).toBe('X')
    expect(latinName(press('&', { code: 'Digit1' }), false)).toBe('1')
    expect(latinName(press('é', { code: 'Digit2', ctrlKey: true }), false)).toBe('Mod+2')
    // Latin letters go by what they type, wherever they are: a French A is where others have their Q.
    expect(latinName(press('a', { code: 'KeyQ' }), false)).toBeNull()
    expect(latinName(press('!', { code: 'Digit1', shiftKey: true }), false)).toBeNull()
    expect(latinName(press('1', { code: 'Digit1' }), false)).toBeNull()
  })

  it('takes the sign that AltGr types for text', () => {
    const held = { ctrlKey: true, altKey: true, isAltGraph: true }
    expect(keyName(press('ż', { ...held, code: 'KeyZ' }), false)).toBe('Ż')
    expect(letterOf('Ż')).toBe('ż')
    expect(letterOf('Shift+U')).toBe('U')
    expect(letterOf('Mod+U')).toBeNull()
    expect(letterOf('Delete')).toBeNull()
  })

  it('is displayed as the system writes it', () => {
    expect(displayKey('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z')
    expect(displayKey('Mod+Shift+Z', true)).toBe('⌘⇧Z')
    expect(displayKey('Mod++', false)).toBe('Ctrl++')
  })
})

describe('shiftedDigit', () => {
  it('is the digit of the key, whatever sign it types with Shift, and none where digits need Shift', () => {
    expect(shiftedDigit(press('!', { code: 'Digit1', shiftKey: true }))).toBe('Shift+1')
    expect(shiftedDigit(press('1', { code: 'Digit1', shiftKey: true }))).toBeNull()
    expect(shiftedDigit(press('!', { code: 'Digit1', shiftKey: true, ctrlKey: true }))).toBeNull()
    expect(shiftedDigit(press('1', { code: 'Digit1' }))).toBeNull()
  })
})
