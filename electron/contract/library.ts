// The calls about the folders of the library.
import { z } from 'zod'
import { list } from './bounded.ts'
import { emptyObject, rpc } from './rpc.ts'

export const ScanProgress = z.object({ files: z.int(), photos: z.int(), skipped: z.int(), failed: z.int() })
export type ScanProgress = z.infer<typeof ScanProgress>

/** A folder of the library with the number of files in it and below it, skipped ones left out as in a view of all. */
export const FolderNode = z.object({
  path: z.string(),
  name: z.string(),
  /** 0 is a folder that the user added. */
  depth: z.int(),
  files: z.int(),
  /** The folder cannot be reached now. */
  isMissing: z.boolean(),
})
export type FolderNode = z.infer<typeof FolderNode>

/** A folder of the library that is missing, and where the same photos are. */
export const MovedFolder = z.object({ from: z.string(), to: z.string(), files: z.int() })
export type MovedFolder = z.infer<typeof MovedFolder>

/** Which of a RAW file and the JPEG or HEIC of the same name is shown and labelled for both. */
export const ShownOfPair = z.enum(['picture', 'raw'])
export type ShownOfPair = z.infer<typeof ShownOfPair>

/** How changes of a folder are noticed: the system tells of them, or it is read again and again. */
export const WatchedFolder = z.object({ path: z.string(), how: z.enum(['events', 'scans']) })
export type WatchedFolder = z.infer<typeof WatchedFolder>

const FolderPath = z.string().min(1).max(4096)

const Folder = z.object({ path: z.string(), addedAtMs: z.int() })

/** Present files by what is known of them, different photos among them, missing files, and those that are in a cloud. */
export const FileCounts = z.object({
  files: z.int(),
  photos: z.int(),
  skipped: z.int(),
  failed: z.int(),
  missing: z.int(),
  /** Files of a cloud drive that are not on this computer; they are skipped, never downloaded. */
  notHere: z.int(),
})
export type FileCounts = z.infer<typeof FileCounts>

export const libraryContract = {
  summary: rpc(
    emptyObject,
    FileCounts.extend({
      file: z.string(),
      shownOfPair: ShownOfPair,
      /** The version of SQLite that keeps it. */
      sqlite: z.string(),
    }),
  ),
  /** For this library, from its next scan on. */
  showOfPair: rpc(z.object({ shown: ShownOfPair }), emptyObject),
  folders: rpc(emptyObject, z.array(Folder)),
  /** Reads folders into the library without labelling. Progress comes as `scan.progress`. */
  scan: rpc(z.object({ folders: list(z.string().min(1), { min: 1 }) }), FileCounts),
  /**
   * Ends the scan of these folders with `cancelled`: what it has found stays, nothing is marked as missing. No error where
   * there is none.
   */
  cancelScan: rpc(z.object({ folders: list(z.string().min(1), { min: 1 }) }), emptyObject),
  /**
   * Reads what changes in these folders of the library, or in all of it, until the core is closed; `scan.progress` comes
   * after each time. New photos are labelled where the settings or `isNewLabelled` say so.
   */
  watch: rpc(
    z.object({ folders: list(FolderPath).default([]), isNewLabelled: z.boolean().default(false) }),
    z.array(WatchedFolder),
  ),
  /** Forgets a folder and its files; labels stay with the photos and come back with the folder. */
  removeFolder: rpc(z.object({ path: z.string().min(1) }), emptyObject),
  /**
   * Finds missing folders by some of their photos: below the folders that hold the library, which may lie on the same
   * drive, or at a place and below it.
   */
  moved: rpc(z.object({ place: FolderPath.nullable() }), z.array(MovedFolder)),
  /** Goes on with a folder under another path, where the same photos are; one step of the history. */
  moveFolder: rpc(z.object({ from: FolderPath, to: FolderPath }), z.object({ files: z.int() })),
  /** Every folder with photos, parents before children. */
  tree: rpc(emptyObject, z.array(FolderNode)),
} as const
