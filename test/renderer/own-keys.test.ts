// The person's own keys: none may be taken twice where both work, and the standard comes back.
import { describe, expect, it } from 'vitest'
import { keyActions, type KeyActionName } from '../../renderer/src/keys/actions.ts'
import {
  actionNames,
  findConflict,
  isReserved,
  withKey,
  withoutKey,
} from '../../renderer/src/keys/conflict.ts'
import { displayKey, keyName, type KeyPress } from '../../renderer/src/keys/key-name.ts'

const keysOf = (own: Record<string, string> = {}) => {
  return (action: KeyActionName): readonly string[] => {
    const key = own[action]
    return key === undefined ? keyActions[action].keys : [key]
  }
}
const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
})

describe('conflicts', () => {
  it('the standard keys have none', () => {
    for (const action of actionNames)
      for (const key of keysOf()(action)) expect(findConflict(keysOf(), action, key), action).toBeNull()
  })

  it('is a key of the same place, or of everywhere', () => {
    expect(findConflict(keysOf(), 'review.clear', 'X')).toBe('review.reject')
    expect(findConflict(keysOf(), 'review.clear', 'Mod+Z')).toBe('app.undo')
    expect(findConflict(keysOf(), 'app.export', 'X')).not.toBeNull()
  })

  it('is no key of another place, nor the own one', () => {
    expect(findConflict(keysOf(), 'review.clear', 'R')).toBeNull()
    expect(findConflict(keysOf(), 'review.clear', 'Backspace')).toBeNull()
  })

  it('counts the keys as the person has them', () => {
    const own = { 'review.reject': 'N' }
    expect(findConflict(keysOf(own), 'review.clear', 'X')).toBeNull()
    expect(findConflict(keysOf(own), 'review.clear', 'N')).toBe('review.reject')
  })

  it('keeps digits for labels, and the keys of the browser', () => {
    expect(isReserved('review.clear', '3')).toBe(true)
    expect(isReserved('grid.larger', '3')).toBe(false)
    expect(isReserved('grid.larger', 'Mod+W')).toBe(true)
  })
})

describe('own keys', () => {
  it('are kept, and forgotten where they are the standard again', () => {
    const own = withKey({}, 'review.reject', 'N')
    expect(own).toEqual({ 'review.reject': 'N' })
    expect(withKey(own, 'review.reject', 'X')).toEqual({})
    expect(withoutKey(own, 'review.reject')).toEqual({})
  })

  it('of an action with two standard keys leave one', () => {
    expect(withKey({}, 'app.redo', 'Mod+Y')).toEqual({ 'app.redo': 'Mod+Y' })
  })
})

describe('names of keys', () => {
  it('are the same on every system', () => {
    expect(keyName(press('z', { ctrlKey: true }), false)).toBe('Mod+Z')
    expect(keyName(press('z', { metaKey: true }), true)).toBe('Mod+Z')
    expect(keyName(press('?', { shiftKey: true }), false)).toBe('?')
    expect(keyName(press('ArrowLeft', { shiftKey: true }), false)).toBe('Shift+ArrowLeft')
    expect(keyName(press('Shift', { shiftKey: true }), false)).toBeNull()
  })

  it('read as the system writes them', () => {
    expect(displayKey('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z')
    expect(displayKey('Mod+Shift+Z', true)).toBe('⌘⇧Z')
    expect(displayKey('Mod++', false)).toBe('Ctrl++')
  })
})
