// The calls that only a host can answer: dialogs, the file manager, the taskbar, other libraries. Electron and the
// loopback host implement them.
import { z } from 'zod'
import { list } from './bounded.ts'
import { emptyObject, rpc } from './rpc.ts'

/** What runs the app, and where it keeps its files. */
export const AppInfo = z.object({
  version: z.string(),
  /** `electron` has the dialogs of the system; in the `browser` the page has its own, over `listFolder` and uploads. */
  host: z.enum(['electron', 'browser']),
  platform: z.string(),
  /** For the about box: Electron, Chromium, Node, SQLite, ONNX Runtime. */
  versions: z.record(z.string(), z.string()),
  libraryFile: z.string(),
  dataFolder: z.string(),
  /** The site that is asked for new versions, where the user allows it; null: this build offers no updates. */
  updateSite: z.string().nullable(),
  logFile: z.string().nullable(),
  /** The language of the system as a BCP 47 tag. */
  systemLanguage: z.string(),
})
export type AppInfo = z.infer<typeof AppInfo>

/** Those of the menu Photo, in its order: they act on the photos that are selected, or on the one that shows. */
export const photoCommands = [
  'grid.open',
  'grid.review',
  'grid.assign',
  'grid.copyLabels',
  'grid.pasteLabels',
  'grid.stars0',
  'grid.stars1',
  'grid.stars2',
  'grid.stars3',
  'grid.stars4',
  'grid.stars5',
  'grid.pick',
  'grid.flagReject',
  'grid.unflag',
  'grid.accept',
  'grid.reject',
  'grid.writeKeywords',
  'grid.similar',
  'grid.nearHere',
  'grid.move',
  'grid.reveal',
] as const
export type PhotoCommand = (typeof photoCommands)[number]

/**
 * Commands of the app with an item in the native menu; the page's registry defines them all (`renderer/src/commands`).
 */
export const MenuCommand = z.enum([
  'app.undo',
  'app.redo',
  'app.shortcuts',
  'app.about',
  'app.library',
  'app.review',
  'app.learn',
  'app.models',
  'app.settings',
  'app.addFolder',
  'app.label',
  'app.import',
  'app.export',
  ...photoCommands,
])
export type MenuCommand = z.infer<typeof MenuCommand>

/** The keys that the menu shows and responds to, as Electron writes them: `CmdOrCtrl+O`; null for none. */
export const MenuAccelerators = z.record(MenuCommand, z.string().nullable())
export type MenuAccelerators = z.infer<typeof MenuAccelerators>

/** The parts of the menu that follow the page: language, history, what can be done now, and the keys as the user has them. */
export const MenuRequest = z.object({
  language: z.enum(['en', 'zh-CN']),
  /** The whole texts of the items, as `Undo import of 60 labels`; null where there is nothing to undo or redo. */
  undo: z.string().nullable(),
  redo: z.string().nullable(),
  accelerators: MenuAccelerators,
  /** The commands that would do something now. Those of the whole app always do. */
  available: z.array(MenuCommand),
})
export type MenuRequest = z.infer<typeof MenuRequest>

/** What the inference runtime's telemetry left on this machine: see docs/security.md. */
export const TelemetryFiles = z.object({
  files: z.array(z.object({ path: z.string(), sizeBytes: z.int() })),
})
export type TelemetryFiles = z.infer<typeof TelemetryFiles>

const FolderEntry = z.object({ name: z.string(), path: z.string() })

/** A folder of the machine on which Labelroom runs, as the page's own dialog shows it. */
export const FolderListing = z.object({
  path: z.string(),
  /** Null where the page may not go up. */
  parent: z.string().nullable(),
  /** Where the page may look. */
  roots: z.array(z.string()),
  /** In the order of their names, without hidden ones. */
  folders: z.array(FolderEntry),
  files: z.array(FolderEntry),
  /** There are more than are listed. */
  isCut: z.boolean(),
})
export type FolderListing = z.infer<typeof FolderListing>

/**
 * `none-offered`: this build has no place to ask. `not-allowed`: the user has not allowed it. `failed`: there was no
 * sensible answer.
 */
export const UpdateCheck = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['none-offered', 'not-allowed', 'current', 'failed']) }),
  z.object({ state: z.literal('newer'), version: z.string(), url: z.string() }),
])
export type UpdateCheck = z.infer<typeof UpdateCheck>

export const shellContract = {
  shell: {
    info: rpc(emptyObject, AppInfo),
    /** Null when the user cancels. In the browser the page answers `pickFolder` and `pickFile` itself. */
    pickFolder: rpc(z.object({ title: z.string() }), z.object({ path: z.string().nullable() })),
    pickFile: rpc(
      z.object({
        title: z.string(),
        extensions: list(z.string(), { max: 100 }),
        /** In the browser a table is uploaded; a model, which may be large, is one of the host's machine. */
        kind: z.enum(['table', 'model']).default('table'),
      }),
      z.object({ path: z.string().nullable() }),
    ),
    /**
     * The dialog asks before it returns a file that exists. In the browser it is a new private file of the host, which the
     * page downloads when it is written.
     */
    pickSaveFile: rpc(
      z.object({ title: z.string(), suggestedName: z.string() }),
      z.object({ path: z.string().nullable() }),
    ),
    /** For hosts without dialogs: folders, and files with one of the extensions; null is where to begin. */
    listFolder: rpc(
      z.object({
        path: z.string().max(4096).nullable(),
        extensions: list(z.string(), { max: 100 }).default([]),
      }),
      FolderListing,
    ),
    /** The folder with the photos that come with Labelroom, copied into the data folder on first use. */
    samplePhotos: rpc(emptyObject, z.object({ path: z.string() })),
    revealInFolder: rpc(z.object({ path: z.string().min(1) }), emptyObject),
    /**
     * Asks whether there is a newer version. Without the user's consent in the settings, or where the build offers no
     * updates, nothing is asked.
     */
    checkForUpdate: rpc(emptyObject, UpdateCheck),
    /** Opens pages of the product's own list only, for example that of a catalogue model. */
    openExternal: rpc(z.object({ url: z.string().min(1) }), emptyObject),
    /** On the taskbar or dock: 0..1, null for none. */
    setProgress: rpc(z.object({ share: z.number().min(0).max(1).nullable() }), emptyObject),
    /**
     * Tells of something that ended while the user was elsewhere; a click on it brings the window to the front and emits
     * `shell.notification-clicked`. Nothing shows while the window is in front, or where the host has no notifications.
     */
    notify: rpc(z.object({ title: z.string().max(200), body: z.string().max(1000) }), emptyObject),
    /** Keeps the native menu up to date; does nothing where the host has none. */
    setMenu: rpc(MenuRequest, emptyObject),
    /** Versions, the machine and the end of the log, for a user to save. Sent nowhere. */
    report: rpc(emptyObject, z.object({ text: z.string() })),
    recentLibraries: rpc(emptyObject, z.array(z.object({ file: z.string(), openedAtMs: z.int() }))),
    /** Closes this library and opens another one that was open before. The page reloads. */
    openLibrary: rpc(z.object({ file: z.string().min(1) }), emptyObject),
    telemetryFiles: rpc(emptyObject, TelemetryFiles),
    /**
     * Deletes them and returns the files that could not be deleted. Other programs with the same runtime share the
     * folder.
     */
    deleteTelemetryFiles: rpc(emptyObject, TelemetryFiles),
    /** Returns how many there are to notify the user of: 0 from the second time on. */
    takeTelemetryNotice: rpc(emptyObject, z.object({ files: z.int() })),
  },
} as const
export type ShellContract = typeof shellContract

/** The events that a host emits to the page: a menu item was chosen, files were dropped on the icon. */
export const shellEvents = {
  'shell.command': z.object({ command: MenuCommand }),
  /** The last one; those before are gone. */
  'shell.notification-clicked': emptyObject,
  'shell.open': z.object({
    folders: z.array(z.string()),
    photo: z.string().nullable(),
    /** Libraries that were given beside the one that is open now, and were not opened. */
    otherLibraries: z.array(z.string()),
    /** Paths where nothing is that can be opened. */
    unknown: z.array(z.string()),
  }),
} as const
export type ShellEventName = keyof typeof shellEvents
export type ShellEvents = { readonly [N in ShellEventName]: z.output<(typeof shellEvents)[N]> }
