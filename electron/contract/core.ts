// THE contract of the core: every call it answers, declared once. The CLI, Electron and the browser all use this object.
import { z } from 'zod'
import {
  BestModel,
  CatalogueModel,
  ExportRequest,
  Job,
  JobId,
  JobRequest,
  Model,
  ModelId,
  ModelInfo,
  PhotoFile,
  PhotoId,
} from './domain.ts'
import {
  FileId,
  FolderNode,
  HistoryState,
  LabelCount,
  LabelNode,
  PhotoCard,
  PhotoDetails,
  PhotoFilter,
  PhotoSort,
  PictureSize,
  Rules,
  RulesPreview,
  Settings,
  StateCounts,
  View,
} from './browse.ts'
import {
  Explanation,
  GroupsRequest,
  Head,
  HeadDiff,
  HeadId,
  HeadMetrics,
  LearningCurve,
  LibraryMap,
  MapRequest,
  PhotoGroup,
  QueuedPhoto,
  SimilarPhoto,
  SuspectLabel,
  TaskId,
  TrainRequest,
  TrainResult,
} from './learning.ts'
import {
  DatasetPreview,
  DatasetReport,
  DatasetRequest,
  ModelExportReport,
  ModelExportRequest,
} from './exports.ts'
import { CsvImportReport, CsvImportRequest, FolderImportRequest, ImportReport } from './imports.ts'
import { rpc } from './rpc.ts'

const nothing = z.object({})
const ofModel = z.object({ modelId: ModelId.nullable().default(null) })
const ofPhoto = ofModel.extend({ photoId: PhotoId })
const seeded = { limit: z.int().min(1).max(1000).default(20), seed: z.int().min(0).default(0) }
const Folder = z.object({ path: z.string(), addedAtMs: z.int() })

export const coreContract = {
  library: {
    summary: rpc(
      nothing,
      z.object({
        file: z.string(),
        files: z.int(),
        photos: z.int(),
        skipped: z.int(),
        failed: z.int(),
        missing: z.int(),
      }),
    ),
    folders: rpc(nothing, z.array(Folder)),
    /** Reads folders into the library without labelling. Progress comes as `scan.progress`. */
    scan: rpc(
      z.object({ folders: z.array(z.string().min(1)).min(1) }),
      z.object({ files: z.int(), photos: z.int(), skipped: z.int(), failed: z.int(), missing: z.int() }),
    ),
    /** Forgets a folder and its files; labels stay with the photos and come back with the folder. */
    removeFolder: rpc(z.object({ path: z.string().min(1) }), nothing),
    /** Every folder with photos, parents before children. */
    tree: rpc(nothing, z.array(FolderNode)),
  },
  browse: {
    /** Opens the files that pass the filter, in order. Answers fast at 100,000 files; the list itself stays in the core. */
    open: rpc(
      z.object({ filter: PhotoFilter, sort: PhotoSort, first: z.int().min(0).max(500).default(0) }),
      View,
    ),
    /** A stretch of a view; labels are as they are now. Fails with `not-found` for a view that was let go: open it again. */
    window: rpc(
      z.object({ viewId: z.string(), offset: z.int().min(0), limit: z.int().min(1).max(500) }),
      z.array(PhotoCard),
    ),
    /** Cards of these files, in their order; labels are as they are now. One that was forgotten has an empty card. */
    cards: rpc(z.object({ fileIds: z.array(FileId).min(1).max(500) }), z.array(PhotoCard)),
    /** Ids of a stretch, `to` exclusive, for selecting. */
    ids: rpc(
      z.object({ viewId: z.string(), from: z.int().min(0), to: z.int().min(0) }),
      z.object({ fileIds: z.array(FileId), photoIds: z.array(PhotoId.nullable()) }),
    ),
    /** Where a file lies in a view; null when it is not there. */
    locate: rpc(z.object({ viewId: z.string(), fileId: FileId }), z.object({ index: z.int().nullable() })),
    /** How many files of each state pass the filter, its own `states` left aside. All but `skipped` add up to `open`. */
    counts: rpc(z.object({ filter: PhotoFilter }), StateCounts),
    /** The labels to narrow a view down by, parents before children. */
    labels: rpc(nothing, z.array(LabelNode)),
  },
  photos: {
    details: rpc(z.object({ fileId: FileId }), PhotoDetails),
    /**
     * A picture for the screen, upright, in sRGB, made in the inference worker and cached by content: the file it lies
     * in, and its type. Fails with `not-found` where no file of the photo can be read.
     */
    picture: rpc(
      z.object({ photoId: PhotoId, size: PictureSize }),
      z.object({ file: z.string(), contentType: z.string() }),
    ),
    /** Files under a folder in path order with their labels; `after` is the last path of the page before. */
    list: rpc(
      z.object({
        folder: z.string().min(1),
        modelId: ModelId.nullable().default(null),
        after: z.string().nullable().default(null),
        limit: z.int().min(1).max(1000).default(200),
      }),
      z.array(PhotoFile),
    ),
    /** The photo of a file; fails with `not-found` where the library does not know the file or it is no photo. */
    find: rpc(z.object({ path: z.string().min(1) }), z.object({ photoId: PhotoId, path: z.string() })),
    /** Where the model looked. Models that are ready ONNX graphs hide it: `model-unsupported`. */
    explain: rpc(ofPhoto, Explanation),
    /** The same as a picture: the photo under its heat map, as PNG, JPEG or WebP by the name of `file`. */
    drawExplanation: rpc(ofPhoto.extend({ file: z.string().min(1) }), z.object({ bytes: z.int() })),
  },
  labels: {
    /** A person says: these photos have this label. Saved at once, never touched by a model. */
    confirm: rpc(
      z.object({
        photoIds: z.array(PhotoId).min(1),
        name: z.string().trim().min(1),
        /** Takes back their other confirmed labels: photos have one label each. */
        isOnly: z.boolean().default(false),
      }),
      nothing,
    ),
    /** Confirms or rejects the best visible suggestion of each photo, whatever it is; photos without one stay as they are. */
    judgeBest: rpc(
      z.object({
        photoIds: z.array(PhotoId).min(1),
        state: z.enum(['confirmed', 'rejected']),
        isOnly: z.boolean().default(false),
      }),
      z.object({ photos: z.int() }),
    ),
    /** Gives every photo that has the label by a person another one instead; an existing one swallows it. */
    rename: rpc(
      z.object({ from: z.string().min(1), to: z.string().trim().min(1) }),
      z.object({ photos: z.int() }),
    ),
    /** Every label in use, and every class of installed models, by name. */
    list: rpc(nothing, z.array(LabelCount)),
    /** A person says: these photos do not have this label. No run brings it back. */
    reject: rpc(z.object({ photoIds: z.array(PhotoId).min(1), name: z.string().trim().min(1) }), nothing),
    /** Takes back what a person said about this label. */
    clear: rpc(z.object({ photoIds: z.array(PhotoId).min(1), name: z.string().trim().min(1) }), nothing),
    /** A person says: none of the visible suggestions is right. Confirmed labels stay. One step of the history. */
    rejectAll: rpc(z.object({ photoIds: z.array(PhotoId).min(1) }), nothing),
    /** Takes back everything a person said about these photos. One step of the history. */
    clearAll: rpc(z.object({ photoIds: z.array(PhotoId).min(1) }), nothing),
  },
  /** Every change by a person can be taken back and made again, also after a restart; a batch is one step. */
  history: {
    state: rpc(nothing, HistoryState),
    undo: rpc(nothing, HistoryState),
    redo: rpc(nothing, HistoryState),
  },
  rules: {
    get: rpc(nothing, Rules),
    preview: rpc(z.object({ rules: Rules }), RulesPreview),
    set: rpc(z.object({ rules: Rules }), nothing),
  },
  settings: {
    get: rpc(nothing, Settings),
    /** Changes the named ones and keeps the others. */
    set: rpc(Settings.partial(), Settings),
  },
  heads: {
    /** Trains a head on the confirmed labels and keeps it as a new version; promotes nothing. */
    train: rpc(TrainRequest, TrainResult),
    /** Heads of the model that was run last, the newest version first. */
    list: rpc(nothing, z.array(Head)),
    /** How good a head is on the labelled photos of a folder, those it was trained on left out. */
    evaluate: rpc(z.object({ id: HeadId, folder: z.string().min(1).nullable().default(null) }), HeadMetrics),
    /** The photos behind a cell of the confusion matrix that the head was kept with. */
    confused: rpc(
      z.object({ id: HeadId, truth: z.string(), predicted: z.string() }),
      z.object({ photoIds: z.array(PhotoId) }),
    ),
    /** What promoting the head would change; nothing is written. */
    preview: rpc(z.object({ id: HeadId, limit: z.int().min(0).max(1000).default(20) }), HeadDiff),
    /** Puts the head in use: its suggestions come before those of the model. Human labels are not touched. */
    promote: rpc(z.object({ id: HeadId }), z.object({ head: Head, photos: z.int() })),
    /** Goes back to the head before; null is the model's own. */
    rollback: rpc(nothing, z.object({ head: Head.nullable() })),
  },
  review: {
    /** What to label next. */
    queue: rpc(ofModel.extend(seeded), z.array(QueuedPhoto)),
    /** Confirmed labels that are likely wrong, with the reason. */
    suspects: rpc(
      ofModel.extend({ ...seeded, mode: TrainRequest.shape.mode, taskId: TaskId }),
      z.array(SuspectLabel),
    ),
    /** The photos that look most like this one, which is named by its path or its number. */
    similar: rpc(
      ofModel.extend({
        photo: z.union([z.object({ path: z.string().min(1) }), z.object({ photoId: PhotoId })]),
        limit: z.int().min(1).max(1000).default(20),
      }),
      z.array(SimilarPhoto),
    ),
    /** Groups of photos that look the same; each can be confirmed in one step. */
    duplicates: rpc(
      ofModel.extend({ minCosine: z.number().min(0).max(1).default(0.95), taskId: TaskId }),
      z.array(z.array(z.object({ photoId: PhotoId, path: z.string() }))),
    ),
    /** The library in groups of photos that look alike, the tightest first. */
    groups: rpc(GroupsRequest, z.array(PhotoGroup)),
    /** The library on a plane; the same request on an unchanged library is answered at once. */
    map: rpc(MapRequest, LibraryMap),
    /** How accuracy grew with labels, and what more would bring. */
    curve: rpc(
      ofModel.extend({
        mode: TrainRequest.shape.mode,
        seed: z.int().min(0).default(0),
        moreLabels: z.int().min(1).default(20),
        taskId: TaskId,
      }),
      LearningCurve,
    ),
  },
  learning: {
    /** The call with this `taskId` ends with the error `cancelled`. No error where there is none. */
    cancel: rpc(z.object({ taskId: z.string().min(1) }), nothing),
  },
  /** An import is one step of the history, saved as a whole or not at all. Progress comes as `import.progress`. */
  imports: {
    /** Confirms the labels of a CSV, or only says what would match. */
    labels: rpc(CsvImportRequest, CsvImportReport),
    /** Confirms the labels that an ImageFolder's folders say, or only says what would match. */
    folder: rpc(FolderImportRequest, ImportReport),
    /** The import with this `taskId` ends with the error `cancelled` and saves nothing. No error where there is none. */
    cancel: rpc(z.object({ taskId: z.string().min(1) }), nothing),
  },
  models: {
    list: rpc(nothing, z.array(Model)),
    add: rpc(z.object({ path: z.string().min(1) }), Model),
    /** Forgets the model and its suggestions; human labels and the files on disk stay. */
    remove: rpc(z.object({ id: ModelId }), nothing),
    info: rpc(z.object({ model: z.string().min(1) }), ModelInfo),
    /**
     * What labels when no model is named: the default model of the settings; else of the installed ones for everyday
     * things the one with the highest published accuracy; else the largest that the person added; else the bundled one.
     */
    best: rpc(nothing, BestModel),
    /** Display names in another language by label, of one model or of all; empty where there are none. */
    labelNames: rpc(
      z.object({ modelId: ModelId.nullable().default(null), language: z.string().regex(/^[A-Za-z0-9-]+$/) }),
      z.record(z.string(), z.string()),
    ),
    catalogue: rpc(nothing, z.array(CatalogueModel)),
    /**
     * Downloads a model of the catalogue and adds it; answers when that is done. A download that was cut off goes on
     * from where it stopped, one that is under way is joined. Progress comes as `download.progress`.
     */
    download: rpc(z.object({ id: z.string().min(1) }), Model),
    /** The download ends with the error `cancelled`; what was loaded is kept. No error where there is none. */
    cancelDownload: rpc(z.object({ id: z.string().min(1) }), nothing),
  },
  jobs: {
    /** Starts the job, or resumes the unfinished one that was asked in the same words. */
    start: rpc(JobRequest, Job),
    pause: rpc(z.object({ id: JobId }), Job),
    resume: rpc(z.object({ id: JobId }), Job),
    cancel: rpc(z.object({ id: JobId }), Job),
    get: rpc(z.object({ id: JobId }), Job),
    list: rpc(nothing, z.array(Job)),
  },
  exports: {
    /** The next piece of the text of an export; `cursor` null starts, null in the answer ends. */
    chunk: rpc(
      z.object({ request: ExportRequest, cursor: z.string().nullable() }),
      z.object({ text: z.string(), cursor: z.string().nullable() }),
    ),
    /**
     * Writes a file atomically: the old one stays whole until the new one is complete. Progress comes as
     * `export.progress`.
     */
    write: rpc(
      z.object({ request: ExportRequest, file: z.string().min(1) }),
      z.object({ bytes: z.int(), rows: z.int() }),
    ),
    /** What a data set would hold: all counts, and its first rows. Writes nothing. */
    preview: rpc(
      z.object({ request: DatasetRequest, limit: z.int().min(0).max(1000).default(20) }),
      DatasetPreview,
    ),
    /**
     * Writes a data set into a new or empty folder, which is there when all of it is; answers when that is done.
     * Progress comes as `export.progress`.
     */
    dataset: rpc(z.object({ request: DatasetRequest, folder: z.string().min(1) }), DatasetReport),
    /** Writes a model with the head in place of its own. */
    model: rpc(ModelExportRequest, ModelExportReport),
    /** The export to this file or folder ends with the error `cancelled` and leaves nothing. No error where there is none. */
    cancel: rpc(z.object({ path: z.string().min(1) }), nothing),
  },
} as const

export type CoreContract = typeof coreContract
