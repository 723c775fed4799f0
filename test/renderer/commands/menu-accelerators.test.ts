// The keys that the native menu gets: the user's own in place of the defaults, in Electron's form.
import { describe, expect, it, test } from 'vitest'
import { MenuAccelerators } from '../../../electron/contract/shell.ts'
import { defaultKeysOf } from '../../../renderer/src/commands/definitions.ts'
import { acceleratorOf, menuAccelerators } from '../../../renderer/src/commands/menu-accelerators.ts'

test('the menu gets the default keys of all its commands', () => {
  const accelerators = menuAccelerators(defaultKeysOf)
  expect(MenuAccelerators.parse(accelerators)).toEqual(accelerators)
  expect(accelerators).toMatchObject({
    'app.undo': 'CmdOrCtrl+Z',
    'app.redo': 'CmdOrCtrl+Shift+Z',
    'app.settings': 'CmdOrCtrl+,',
    'app.addFolder': 'CmdOrCtrl+O',
    'app.about': null,
    'app.shortcuts': null,
    // Shown, not taken.
    'grid.assign': 'T',
    'grid.open': 'Enter',
    'grid.pick': 'Shift+P',
    'grid.reveal': null,
  })
})

test("the menu gets the user's own key in place of the default", () => {
  const accelerators = menuAccelerators((id) => (id === 'app.export' ? ['Mod+Alt+K'] : defaultKeysOf(id)))
  expect(accelerators).toMatchObject({ 'app.export': 'CmdOrCtrl+Alt+K', 'app.import': 'CmdOrCtrl+I' })
})

describe('acceleratorOf', () => {
  it.each([
    ['Mod+ArrowLeft', 'CmdOrCtrl+Left'],
    ['Mod++', 'CmdOrCtrl+Plus'],
    ['Mod+Shift+Space', 'CmdOrCtrl+Shift+Space'],
    ['Ctrl+Alt+PageUp', 'Control+Alt+PageUp'],
    ['F2', 'F2'],
    ['Shift+F10', 'Shift+F10'],
  ])('writes %s as %s', (key, accelerator) => {
    expect(acceleratorOf(key)).toBe(accelerator)
  })

  it.each(['G', '?', '+', 'Shift+ArrowLeft', 'Backspace'])('leaves the plain key %s to the page', (key) => {
    expect(acceleratorOf(key)).toBeNull()
  })

  it('leaves keys to the page that Electron has no name for', () => {
    expect(acceleratorOf('Mod+Ж')).toBeNull()
  })
})
