// Every action with a key: its standard keys and where it works. Keys can be remapped in the settings.

/** `app` works everywhere; the others only on their screen. */
export type KeyScope = 'app' | 'grid' | 'viewer' | 'review'

export interface KeyAction {
  readonly scope: KeyScope
  /** In the form of `keyOf`: `Mod+Z`, `ArrowLeft`, `?`. `Mod` is Ctrl, or Cmd on a Mac. */
  readonly keys: readonly string[]
}

export const keyActions = {
  'app.undo': { scope: 'app', keys: ['Mod+Z'] },
  'app.redo': { scope: 'app', keys: ['Mod+Shift+Z', 'Mod+Y'] },
  'app.shortcuts': { scope: 'app', keys: ['?'] },
  'app.library': { scope: 'app', keys: ['Mod+1'] },
  'app.review': { scope: 'app', keys: ['Mod+2'] },
  'app.learn': { scope: 'app', keys: ['Mod+3'] },
  'app.models': { scope: 'app', keys: ['Mod+4'] },
  'app.settings': { scope: 'app', keys: ['Mod+,'] },
  'app.addFolder': { scope: 'app', keys: ['Mod+O'] },
  'app.label': { scope: 'app', keys: ['Mod+L'] },
  'app.import': { scope: 'app', keys: ['Mod+I'] },
  'app.export': { scope: 'app', keys: ['Mod+E'] },
  'grid.search': { scope: 'grid', keys: ['/', 'Mod+F'] },
  'grid.open': { scope: 'grid', keys: ['Enter', 'Space'] },
  'grid.selectAll': { scope: 'grid', keys: ['Mod+A'] },
  'grid.clearSelection': { scope: 'grid', keys: ['Escape'] },
  'grid.assign': { scope: 'grid', keys: ['T'] },
  'grid.accept': { scope: 'grid', keys: ['P'] },
  'grid.reject': { scope: 'grid', keys: ['X'] },
  'grid.review': { scope: 'grid', keys: ['R'] },
  'grid.larger': { scope: 'grid', keys: ['+', '='] },
  'grid.smaller': { scope: 'grid', keys: ['-'] },
  'viewer.next': { scope: 'viewer', keys: ['ArrowRight', 'J'] },
  'viewer.previous': { scope: 'viewer', keys: ['ArrowLeft', 'K'] },
  'viewer.close': { scope: 'viewer', keys: ['Escape'] },
  'viewer.zoomIn': { scope: 'viewer', keys: ['+', '='] },
  'viewer.zoomOut': { scope: 'viewer', keys: ['-'] },
  'viewer.fit': { scope: 'viewer', keys: ['0'] },
  'viewer.explain': { scope: 'viewer', keys: ['H'] },
  'viewer.accept': { scope: 'viewer', keys: ['Enter', 'P'] },
  'viewer.reject': { scope: 'viewer', keys: ['X'] },
  'review.accept': { scope: 'review', keys: ['Enter'] },
  'review.reject': { scope: 'review', keys: ['X'] },
  'review.next': { scope: 'review', keys: ['ArrowRight'] },
  'review.previous': { scope: 'review', keys: ['ArrowLeft'] },
  'review.choiceDown': { scope: 'review', keys: ['ArrowDown'] },
  'review.choiceUp': { scope: 'review', keys: ['ArrowUp'] },
  'review.nextUnlabelled': { scope: 'review', keys: ['U'] },
  'review.clear': { scope: 'review', keys: ['Backspace'] },
  'review.autoAdvance': { scope: 'review', keys: ['Mod+Shift+A'] },
  'review.find': { scope: 'review', keys: ['/'] },
  'review.close': { scope: 'review', keys: ['Escape'] },
} as const satisfies Record<string, KeyAction>

export type KeyActionName = keyof typeof keyActions
