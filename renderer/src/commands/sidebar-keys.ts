// Keys of the labels in the sidebar. They belong to the row that has the focus, and are the same for everyone.

/** In the order of the list of shortcuts; each has a text in settings.json. Keys as `keyName` writes them. */
export const sidebarKeys = [
  { action: 'rename', keys: ['F2'] },
  { action: 'remove', keys: ['Delete'] },
  { action: 'chooseAll', keys: ['Mod+A'] },
  { action: 'chooseMore', keys: ['Shift+ArrowUp', 'Shift+ArrowDown'] },
] as const
