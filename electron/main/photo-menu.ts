// The menu Photo: what can be done with the photos that are selected, or with the one that shows.
import type { Menu, MenuItemConstructorOptions } from 'electron'
import {
  photoCommands,
  type MenuAccelerators,
  type MenuCommand,
  type PhotoCommand,
} from '../contract/shell.ts'
import type { Texts } from './texts.ts'

/** What the page has sent. */
export interface PhotoMenuState {
  readonly accelerators: Partial<MenuAccelerators>
  /** The commands that would do something now. */
  readonly available: readonly MenuCommand[]
}

/** An item's `id` is its command. Its key is shown and left to the page: in a text field it is text. */
export function photoMenu(
  t: Texts['t'],
  isMac: boolean,
  { accelerators, available }: PhotoMenuState,
  run: (command: MenuCommand) => void,
): MenuItemConstructorOptions {
  const item = (label: string, command: PhotoCommand): MenuItemConstructorOptions => {
    const accelerator = accelerators[command]
    return {
      id: command,
      label,
      enabled: available.includes(command),
      // A Mac's menu takes every key that it shows.
      ...(accelerator && !isMac ? { accelerator, registerAccelerator: false } : {}),
      click: () => {
        run(command)
      },
    }
  }
  const divider = { type: 'separator' as const }
  const stars = [0, 1, 2, 3, 4, 5] as const
  return {
    id: 'photo',
    label: t('photo'),
    submenu: [
      item(t('openPhoto'), 'grid.open'),
      item(t('reviewFrom'), 'grid.review'),
      divider,
      item(t('addLabel'), 'grid.assign'),
      item(t('copyLabels'), 'grid.copyLabels'),
      item(t('pasteLabels'), 'grid.pasteLabels'),
      divider,
      { label: t('stars'), submenu: stars.map((count) => item(String(count), `grid.stars${count}`)) },
      {
        label: t('flag'),
        submenu: [
          item(t('flagPick'), 'grid.pick'),
          item(t('flagReject'), 'grid.flagReject'),
          item(t('flagNone'), 'grid.unflag'),
        ],
      },
      divider,
      item(t('acceptSuggestion'), 'grid.accept'),
      item(t('rejectSuggestion'), 'grid.reject'),
      divider,
      item(t('writeKeywords'), 'grid.writeKeywords'),
      divider,
      item(t('findSimilar'), 'grid.similar'),
      item(t('nearHere'), 'grid.nearHere'),
      divider,
      item(t('moveToFolder'), 'grid.move'),
      item(t('showInFolder'), 'grid.reveal'),
    ],
  }
}

/** Enables those items of a menu that is there already which would do something now. */
export function enablePhotoItems(menu: Menu | null, available: readonly MenuCommand[]): void {
  for (const command of photoCommands) {
    const item = menu?.getMenuItemById(command)
    if (item) item.enabled = available.includes(command)
  }
}
