// The menu, in the language of the app; what it does is told to the page, which knows what is selected.
import { app, type MenuItemConstructorOptions } from 'electron'
import type { ShellEvents } from '../contract/shell.ts'
import { textsOf, type Language } from './texts.ts'

export type Command = ShellEvents['shell.command']['command']

export interface MenuState {
  readonly language: Language
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** Newest first. */
  readonly recentLibraries: readonly string[]
}

export interface MenuActions {
  readonly command: (command: Command) => void
  readonly openLibrary: () => void
  readonly newLibrary: () => void
  readonly openRecent: (file: string) => void
  readonly showLog: () => void
}

const isMac = process.platform === 'darwin'

export function menuTemplate(state: MenuState, actions: MenuActions): MenuItemConstructorOptions[] {
  const texts = textsOf(state.language)
  const item = (label: string, command: Command, accelerator?: string): MenuItemConstructorOptions => ({
    id: command,
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => {
      actions.command(command)
    },
  })
  // The page hears these keys itself, since in a text field they mean the text; a Mac's menu always takes them.
  const history = (label: string, command: 'undo' | 'redo', accelerator: string, enabled: boolean) => ({
    ...item(label, command, accelerator),
    registerAccelerator: false,
    enabled,
  })
  const recent = state.recentLibraries.map((file) => ({
    label: file,
    click: () => {
      actions.openRecent(file)
    },
  }))
  const divider = { type: 'separator' as const }
  const about = item(texts.about, 'about')
  const settings = item(texts.settings, 'settings', 'CmdOrCtrl+,')
  return [
    ...(isMac
      ? [
          {
            label: app.name,
            submenu: [
              about,
              divider,
              settings,
              divider,
              { role: 'hide' as const },
              { role: 'quit' as const },
            ],
          },
        ]
      : []),
    {
      label: texts.file,
      submenu: [
        item(texts.addFolder, 'add-folder', 'CmdOrCtrl+O'),
        divider,
        {
          id: 'open-library',
          label: texts.openLibrary,
          accelerator: 'CmdOrCtrl+Shift+O',
          click: actions.openLibrary,
        },
        {
          id: 'new-library',
          label: texts.newLibrary,
          accelerator: 'CmdOrCtrl+Shift+N',
          click: actions.newLibrary,
        },
        { label: texts.recentLibraries, submenu: recent, enabled: recent.length > 0 },
        divider,
        item(texts.label, 'label', 'CmdOrCtrl+L'),
        item(texts.export, 'export', 'CmdOrCtrl+E'),
        ...(isMac ? [] : [divider, settings, divider, { label: texts.quit, role: 'quit' as const }]),
      ],
    },
    {
      label: texts.edit,
      submenu: [
        history(texts.undo, 'undo', 'CmdOrCtrl+Z', state.canUndo),
        history(texts.redo, 'redo', 'Shift+CmdOrCtrl+Z', state.canRedo),
        divider,
        { label: texts.cut, role: 'cut' },
        { label: texts.copy, role: 'copy' },
        { label: texts.paste, role: 'paste' },
        { label: texts.selectAll, role: 'selectAll' },
      ],
    },
    {
      label: texts.view,
      submenu: [
        item(texts.library, 'library', 'CmdOrCtrl+1'),
        item(texts.review, 'review', 'CmdOrCtrl+2'),
        item(texts.learn, 'learn', 'CmdOrCtrl+3'),
        item(texts.models, 'models', 'CmdOrCtrl+4'),
        divider,
        { label: texts.actualSize, role: 'resetZoom' },
        { label: texts.zoomIn, role: 'zoomIn' },
        { label: texts.zoomOut, role: 'zoomOut' },
        { label: texts.fullScreen, role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
      ],
    },
    ...(isMac ? [{ label: texts.window, role: 'windowMenu' as const }] : []),
    {
      label: texts.help,
      role: 'help',
      submenu: [
        item(texts.shortcuts, 'shortcuts'),
        { id: 'log', label: texts.showLog, click: actions.showLog },
        ...(isMac ? [] : [about]),
      ],
    },
  ]
}
