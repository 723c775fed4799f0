// The native menu as a template: its keys are those that the page sent, and nothing else.
import type { MenuItemConstructorOptions } from 'electron'
import { expect, test } from 'vitest'
import { menuTemplate, type MenuState } from '../../electron/main/menu.ts'

const host = { appName: 'Labelroom', isMac: false, isPackaged: true }
const state: MenuState = {
  language: 'en',
  undo: 'Undo: import of 60 labels',
  redo: null,
  accelerators: {},
  recentLibraries: [],
}

function itemsOf(changes: Partial<MenuState>, chosen: string[] = []) {
  const template = menuTemplate(
    host,
    { ...state, ...changes },
    {
      command: (command) => chosen.push(command),
      openLibrary: () => undefined,
      newLibrary: () => undefined,
      openRecent: () => undefined,
      showLog: () => undefined,
    },
  )
  const items = template.flatMap(({ submenu }) => submenu as MenuItemConstructorOptions[])
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
