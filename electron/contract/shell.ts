// What only the host can do: dialogs, the file manager, the taskbar, other libraries. Electron and the loopback host implement it.
import { z } from 'zod'
import { rpc } from './rpc.ts'

const nothing = z.object({})

/** Who runs the app and where it keeps what. */
export const AppInfo = z.object({
  version: z.string(),
  /** `electron` has dialogs of the system; `browser` has not, and the app asks for paths itself. */
  host: z.enum(['electron', 'browser']),
  platform: z.string(),
  /** For the about box: Electron, Chromium, Node, SQLite, ONNX Runtime. */
  versions: z.record(z.string(), z.string()),
  libraryFile: z.string(),
  dataFolder: z.string(),
  logFile: z.string().nullable(),
  /** The language of the system as a BCP 47 tag. */
  systemLanguage: z.string(),
})
export type AppInfo = z.infer<typeof AppInfo>

export const shellContract = {
  shell: {
    info: rpc(nothing, AppInfo),
    /** Null when the person cancels, or where the host has no dialogs. */
    pickFolder: rpc(z.object({ title: z.string() }), z.object({ path: z.string().nullable() })),
    pickFile: rpc(
      z.object({ title: z.string(), extensions: z.array(z.string()) }),
      z.object({ path: z.string().nullable() }),
    ),
    pickSaveFile: rpc(
      z.object({ title: z.string(), suggestedName: z.string() }),
      z.object({ path: z.string().nullable() }),
    ),
    /** The folder with the photos that come with Labelroom, copied into the data folder when it is not there yet. */
    samplePhotos: rpc(nothing, z.object({ path: z.string() })),
    revealInFolder: rpc(z.object({ path: z.string().min(1) }), nothing),
    /** Pages of the product's own list alone, for example the page of a catalogue model. */
    openExternal: rpc(z.object({ url: z.string().min(1) }), nothing),
    /** On the taskbar or dock: 0..1, null for none. */
    setProgress: rpc(z.object({ share: z.number().min(0).max(1).nullable() }), nothing),
    /** Titles and enabled state of the menu follow the app's language and history. */
    setMenu: rpc(
      z.object({
        language: z.enum(['en', 'zh-CN']),
        canUndo: z.boolean(),
        canRedo: z.boolean(),
      }),
      nothing,
    ),
    recentLibraries: rpc(nothing, z.array(z.object({ file: z.string(), openedAtMs: z.int() }))),
    /** Closes this library and opens another one, or makes it. The page loads again. */
    openLibrary: rpc(z.object({ file: z.string().min(1) }), nothing),
  },
} as const
export type ShellContract = typeof shellContract

/** What the host tells the page: a menu item was chosen, files were dropped on the icon. */
export const shellEvents = {
  'shell.command': z.object({
    command: z.enum([
      'add-folder',
      'label',
      'import',
      'export',
      'undo',
      'redo',
      'settings',
      'models',
      'library',
      'review',
      'learn',
      'about',
      'shortcuts',
    ]),
  }),
  'shell.open': z.object({ paths: z.array(z.string()) }),
} as const
export type ShellEventName = keyof typeof shellEvents
export type ShellEvents = { readonly [N in ShellEventName]: z.output<(typeof shellEvents)[N]> }
