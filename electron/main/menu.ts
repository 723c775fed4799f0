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
  const { t } = textsOf(state.language)
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
  const about = item(t('about'), 'about')
  const settings = item(t('settings'), 'settings', 'CmdOrCtrl+,')
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
              { label: t('hide'), role: 'hide' as const },
              { label: t('quitApp'), role: 'quit' as const },
            ],
          },
        ]
      : []),
    {
      label: t('file'),
      submenu: [
        item(t('addFolder'), 'add-folder', 'CmdOrCtrl+O'),
        divider,
        {
          id: 'open-library',
          label: t('openLibrary'),
          accelerator: 'CmdOrCtrl+Shift+O',
          click: actions.openLibrary,
        },
        {
          id: 'new-library',
          label: t('newLibrary'),
          accelerator: 'CmdOrCtrl+Shift+N',
          click: actions.newLibrary,
        },
        { label: t('recentLibraries'), submenu: recent, enabled: recent.length > 0 },
        divider,
        item(t('label'), 'label', 'CmdOrCtrl+L'),
        divider,
        item(t('import'), 'import', 'CmdOrCtrl+I'),
        item(t('export'), 'export', 'CmdOrCtrl+E'),
        ...(isMac ? [] : [divider, settings, divider, { label: t('quit'), role: 'quit' as const }]),
      ],
    },
    {
      label: t('edit'),
      submenu: [
        history(t('undo'), 'undo', 'CmdOrCtrl+Z', state.canUndo),
        history(t('redo'), 'redo', 'Shift+CmdOrCtrl+Z', state.canRedo),
        divider,
        { label: t('cut'), role: 'cut' },
        { label: t('copy'), role: 'copy' },
        { label: t('paste'), role: 'paste' },
        { label: t('selectAll'), role: 'selectAll' },
      ],
    },
    {
      label: t('view'),
      submenu: [
        item(t('library'), 'library', 'CmdOrCtrl+1'),
        item(t('review'), 'review', 'CmdOrCtrl+2'),
        item(t('learn'), 'learn', 'CmdOrCtrl+3'),
        item(t('models'), 'models', 'CmdOrCtrl+4'),
        divider,
        { label: t('actualSize'), role: 'resetZoom' },
        { label: t('zoomIn'), role: 'zoomIn' },
        { label: t('zoomOut'), role: 'zoomOut' },
        { label: t('fullScreen'), role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ label: t('devTools'), role: 'toggleDevTools' as const }]),
      ],
    },
    ...(isMac
      ? [
          {
            label: t('window'),
            role: 'window' as const,
            submenu: [
              { label: t('minimize'), role: 'minimize' as const },
              { label: t('zoom'), role: 'zoom' as const },
              divider,
              { label: t('front'), role: 'front' as const },
            ],
          },
        ]
      : []),
    {
      label: t('help'),
      role: 'help',
      submenu: [
        item(t('shortcuts'), 'shortcuts'),
        { id: 'log', label: t('showLog'), click: actions.showLog },
        ...(isMac ? [] : [about]),
      ],
    },
  ]
}
