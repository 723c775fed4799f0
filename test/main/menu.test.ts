// The native menu as a template: its keys are those that the page sent, and nothing else.
import type { MenuItemConstructorOptions } from 'electron'
import { expect, test } from 'vitest'
import { photoCommands } from '../../electron/contract/shell.ts'
import { menuTemplate, type MenuState } from '../../electron/main/menu.ts'

const host = { appName: 'Labelroom', isMac: false, isPackaged: true }
const state: MenuState = {
  language: 'en',
  undo: 'Undo: import of 60 labels',
  redo: null,
  accelerators: {},
  available: [],
  recentLibraries: [],
}

function itemsOf(changes: Partial<MenuState>, chosen: string[] = [], isMac = false) {
  const template = menuTemplate(
    { ...host, isMac },
    { ...state, ...changes },
    {
      command: (command) => chosen.push(command),
      openLibrary: () => undefined,
      newLibrary: () => undefined,
      openRecent: () => undefined,
      showLog: () => undefined,
    },
  )
  const itemsIn = ({ submenu = [] }: MenuItemConstructorOptions): MenuItemConstructorOptions[] =>
    (submenu as MenuItemConstructorOptions[]).flatMap((item) => [item, ...itemsIn(item)])
  const items = template.flatMap(itemsIn)
  return (id: string) => items.find((item) => item.id === id)
}

test('shows the accelerator that the page sent, and none where it sent none', () => {
  const item = itemsOf({ accelerators: { 'app.export': 'CmdOrCtrl+Alt+K', 'app.import': null } })
  expect(item('app.export')?.accelerator).toBe('CmdOrCtrl+Alt+K')
  expect(item('app.import')).not.toHaveProperty('accelerator')
  expect(item('app.label')).not.toHaveProperty('accelerator')
})

test('shows the keys of undo and redo without registering them', () => {
  const item = itemsOf({ accelerators: { 'app.undo': 'CmdOrCtrl+U' } })
  expect(item('app.undo')).toMatchObject({
    accelerator: 'CmdOrCtrl+U',
    registerAccelerator: false,
    enabled: true,
  })
  expect(item('app.redo')).toMatchObject({ registerAccelerator: false, enabled: false })
})

test('names what undo would take back, with its ampersands, and what there is to redo', () => {
  const item = itemsOf({ undo: 'Undo: label “salt & pepper” on 1 photo' })
  expect(item('app.undo')?.label).toBe('Undo: label “salt && pepper” on 1 photo')
  expect(item('app.redo')?.label).toBe('Redo')
})

test('runs the command of an item', () => {
  const chosen: string[] = []
  itemsOf({}, chosen)('app.settings')?.click?.({} as never, undefined, {})
  expect(chosen).toEqual(['app.settings'])
})

test('has an item for each command of photos, and only those that would do something can be chosen', () => {
  const item = itemsOf({ available: ['grid.copyLabels', 'grid.stars3'] })
  const enabled = photoCommands.filter((command) => item(command)?.enabled)
  expect(photoCommands.filter((command) => item(command) === undefined)).toEqual([])
  expect(enabled).toEqual(['grid.copyLabels', 'grid.stars3'])
})

test('shows the keys of photos and takes none of them, and shows none where the system would take them', () => {
  const accelerators = { 'grid.assign': 'T', 'grid.copyLabels': 'CmdOrCtrl+C' }
  const item = itemsOf({ accelerators })
  expect(item('grid.assign')).toMatchObject({ accelerator: 'T', registerAccelerator: false })
  expect(item('grid.copyLabels')).toMatchObject({ accelerator: 'CmdOrCtrl+C', registerAccelerator: false })
  expect(itemsOf({ accelerators }, [], true)('grid.copyLabels')).not.toHaveProperty('accelerator')
})
