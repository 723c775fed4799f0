// The native menu: places and texts of its items. Their keys and states come from the page, which also runs the commands.
import type { MenuItemConstructorOptions } from 'electron'
import type { MenuAccelerators, MenuCommand } from '../contract/shell.ts'
import { photoMenu } from './photo-menu.ts'
import { textsOf, type Language } from './texts.ts'

export interface MenuState {
  readonly language: Language
  /** With what would be undone; null: nothing. */
  readonly undo: string | null
  readonly redo: string | null
  /** The keys as the user has them; empty until the page has sent them. */
  readonly accelerators: Partial<MenuAccelerators>
  /** The commands that would do something now; of those of the app nothing is said. */
  readonly available: readonly MenuCommand[]
  /** Newest first. */
  readonly recentLibraries: readonly string[]
}

/** What the menu depends on and does not change while the app runs. */
export interface MenuHost {
  readonly appName: string
  readonly isMac: boolean
  /** Packages have no developer tools. */
  readonly isPackaged: boolean
}

export interface MenuActions {
  readonly command: (command: MenuCommand) => void
  readonly openLibrary: () => void
  readonly newLibrary: () => void
  readonly openRecent: (file: string) => void
  readonly showLog: () => void
}

/** The whole menu for Electron's `Menu.buildFromTemplate`; an item's `id` is its command. */
export function menuTemplate(
  { appName, isMac, isPackaged }: MenuHost,
  state: MenuState,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const { t } = textsOf(state.language)
  const item = (label: string, command: MenuCommand): MenuItemConstructorOptions => {
    const accelerator = state.accelerators[command]
    return {
      id: command,
      label,
      ...(accelerator ? { accelerator } : {}),
      click: () => {
        actions.command(command)
      },
    }
  }
  // The page hears these keys itself, since in a text field they mean the text; a Mac's menu always takes them.
  const history = (empty: string, command: MenuCommand, label: string | null) => ({
    // A single & would underline the next letter.
    ...item(label === null ? empty : label.replaceAll('&', '&&'), command),
    registerAccelerator: false,
    enabled: label !== null,
  })
  const recent = state.recentLibraries.map((file) => ({
    label: file,
    click: () => {
      actions.openRecent(file)
    },
  }))
  const divider = { type: 'separator' as const }
  const about = item(t('about'), 'app.about')
  const settings = item(t('settings'), 'app.settings')
  return [
    ...(isMac
      ? [
          {
            label: appName,
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
        item(t('addFolder'), 'app.addFolder'),
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
        item(t('label'), 'app.label'),
        divider,
        item(t('import'), 'app.import'),
        item(t('export'), 'app.export'),
        ...(isMac ? [] : [divider, settings, divider, { label: t('quit'), role: 'quit' as const }]),
      ],
    },
    {
      label: t('edit'),
      submenu: [
        history(t('undo'), 'app.undo', state.undo),
        history(t('redo'), 'app.redo', state.redo),
        divider,
        { label: t('cut'), role: 'cut' },
        { label: t('copy'), role: 'copy' },
        { label: t('paste'), role: 'paste' },
        { label: t('selectAll'), role: 'selectAll' },
      ],
    },
    photoMenu(t, isMac, state, actions.command),
    {
      label: t('view'),
      submenu: [
        item(t('library'), 'app.library'),
        item(t('review'), 'app.review'),
        item(t('learn'), 'app.learn'),
        item(t('models'), 'app.models'),
        divider,
        { label: t('actualSize'), role: 'resetZoom' },
        { label: t('zoomIn'), role: 'zoomIn' },
        { label: t('zoomOut'), role: 'zoomOut' },
        { label: t('fullScreen'), role: 'togglefullscreen' },
        ...(isPackaged ? [] : [{ label: t('devTools'), role: 'toggleDevTools' as const }]),
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
        item(t('shortcuts'), 'app.shortcuts'),
        { id: 'log', label: t('showLog'), click: actions.showLog },
        ...(isMac ? [] : [about]),
      ],
    },
  ]
}
