// The calls about views of the library: filters, sorts, cards, and the labels to narrow them down by.
import { z } from 'zod'
import { ids, list, SearchText } from './bounded.ts'
import { FileId, FileStatus, Flag, JobId, Label, ModelId, PhotoId } from './domain.ts'
import { Message } from './message.ts'
import { emptyObject, rpc } from './rpc.ts'

/**
 * The state of a file, exactly one each: `confirmed`: the user confirmed a label; `suggested`: not so, and a suggestion
 * passes the rules; `rejected`: the user rejected all that was suggested; `unlabelled`: none of these; `failed`: a
 * photo that could not be read or labelled; `skipped`: a file that is not a photo for Labelroom.
 */
export const PhotoState = z.enum(['confirmed', 'suggested', 'rejected', 'unlabelled', 'failed', 'skipped'])
export type PhotoState = z.infer<typeof PhotoState>

const degrees = (limit: number) => z.number().min(-limit).max(limit)
export const PlaceRange = z.object({
  south: degrees(90),
  north: degrees(90),
  west: degrees(180),
  east: degrees(180),
})
export type PlaceRange = z.infer<typeof PlaceRange>

/** All conditions must hold; an empty list or null means no condition. */
export const PhotoFilter = z.object({
  /** With everything below it. */
  folder: z.string().nullable().default(null),
  /** Empty: every photo, that is all states but `skipped`. */
  states: list(PhotoState).default([]),
  /** Confirmed or suggested; `animal` also finds `animal/cat`. Suggestions that are too unsure do not count. */
  labels: list(z.string()).default([]),
  confirmedLabels: list(z.string()).default([]),
  /** Suggested, and neither confirmed nor rejected. */
  suggestedLabels: list(z.string()).default([]),
  /** What files say, where it is neither confirmed nor rejected. */
  keywords: list(z.string()).default([]),
  /** Photos must have each of all these labels, and not any of them. */
  needsAllLabels: z.boolean().default(false),
  /** Only photos whose best suggestion is too unsure to count. */
  isUncertain: z.boolean().default(false),
  /**
   * Of the best visible suggestion, 0..1; where suggested labels are asked for, of the best of these. Of `labels`, one
   * that is confirmed is above every minimum.
   */
  minScore: z.number().min(0).max(1).nullable().default(null),
  maxScore: z.number().min(0).max(1).nullable().default(null),
  /** Only photos whose image was edited since the user judged a label of it. */
  isChanged: z.boolean().default(false),
  /** Photos this model has labelled or failed on. */
  modelId: ModelId.nullable().default(null),
  /** Only files that failed in this job, which must be the last one. */
  failedIn: JobId.nullable().default(null),
  /** Date taken, else date of the file: from (inclusive) and to (exclusive). */
  fromMs: z.int().nullable().default(null),
  toMs: z.int().nullable().default(null),
  /** Any of these cameras, as files name them. */
  cameras: list(z.string()).default([]),
  lenses: list(z.string()).default([]),
  /** Where photos were taken, in degrees; beyond 180 degrees of longitude where `west` is more than `east`. */
  place: PlaceRange.nullable().default(null),
  /** Any of these kinds of file, by lower-case extension. */
  extensions: list(z.string()).default([]),
  /** In stars, as the user says, else as files or their sidecars do. */
  minRating: z.int().min(1).max(5).nullable().default(null),
  /** Any of these. */
  flags: list(z.enum([...Flag.options, 'none'])).default([]),
  /** Every word must start a word of the path or of a label. */
  text: SearchText.default(''),
  /** Only these photos, for example a cell of the confusion matrix. */
  photoIds: ids<PhotoId>().nullable().default(null),
})
export type PhotoFilter = z.infer<typeof PhotoFilter>

export const PhotoSort = z.object({
  /**
   * `score`: of the best suggestion; where labels are asked for, of the best of these.
   * `uncertainty`: smallest difference between the two best scores first. `label`: by the name of what the user said,
   * else of the best suggestion. `name`: folder by folder; `folder`: the same, but names stay ascending where folders are
   * descending. `given`: the order of `photoIds`.
   */
  by: z.enum(['name', 'folder', 'label', 'date', 'score', 'uncertainty', 'rating', 'given']).default('name'),
  isDescending: z.boolean().default(false),
})
export type PhotoSort = z.infer<typeof PhotoSort>

/** What a tile of the grid shows. */
export const PhotoCard = z.object({
  fileId: FileId,
  /** Null while the file could not be read as a photo. Pictures are asked for with it. */
  photoId: PhotoId.nullable(),
  path: z.string(),
  name: z.string(),
  state: PhotoState,
  status: FileStatus,
  reason: Message.nullable(),
  isMissing: z.boolean(),
  dateMs: z.int(),
  /** Names of the files beside it that belong to the same shot: its RAW file or its picture, its short video. */
  companions: z.array(z.string()),
  /** Whether a short video lies in the file itself. */
  isMotion: z.boolean(),
  /** 0 is none. What the user says counts before what files say, as for the flag. */
  stars: z.int().min(0).max(5),
  flag: Flag.nullable(),
  /** Confirmed first, then the suggestions that pass the rules (at most five), then rejected. */
  labels: z.array(Label),
})
export type PhotoCard = z.infer<typeof PhotoCard>

/** A part of a view whose photos were taken in one month of this computer's time zone. */
export const MonthRun = z.object({
  /** Index of its first file; it ends where the next one begins. */
  from: z.int(),
  year: z.int(),
  /** 1 to 12. */
  month: z.int(),
})
export type MonthRun = z.infer<typeof MonthRun>

/** A snapshot of an ordered list of files; it does not change until it is opened again. */
export const View = z.object({
  viewId: z.string(),
  total: z.int(),
  /** As many of the first files as were asked for, so that a list is shown after one call. */
  cards: z.array(PhotoCard),
  /** The same of the shapes, see `ratios`. */
  ratios: z.array(z.number()),
  /** See `months`; empty where they were not asked for. */
  months: z.array(MonthRun),
})
export type View = z.infer<typeof View>

export const StateCounts = z.record(PhotoState, z.int())
export type StateCounts = z.infer<typeof StateCounts>

/**
 * A label that is on photos, or above such a label, with the numbers of files that a view of it shows. A file counts
 * once, however many labels below this one it has.
 */
export const LabelNode = z.object({
  name: z.string(),
  confirmed: z.int(),
  suggested: z.int(),
  /** Of files that say so, where it is neither confirmed nor rejected. */
  keywords: z.int(),
})
export type LabelNode = z.infer<typeof LabelNode>

/** A value that files have, with the number of those that do. */
export const ValueCount = z.object({ value: z.string(), files: z.int() })
export type ValueCount = z.infer<typeof ValueCount>

/** What the files of the library are, to narrow down by. */
export const FileFacets = z.object({
  cameras: z.array(ValueCount),
  lenses: z.array(ValueCount),
  extensions: z.array(ValueCount),
  rated: z.int(),
  flagged: z.int(),
  /** Files that say where they were taken. */
  placed: z.int(),
})
export type FileFacets = z.infer<typeof FileFacets>

/** How many files have scores and dates in each interval, to narrow down by. */
export const Histograms = z.object({
  /** By the score that the filter goes by: 20 equal intervals over 0..1; files without a suggestion are in none. */
  scores: z.array(z.int()),
  /** Years, months or days, whichever the dates need, without gaps: `fromMs` inclusive, `toMs` exclusive. */
  dates: z.array(z.object({ fromMs: z.int(), toMs: z.int(), files: z.int() })),
})
export type Histograms = z.infer<typeof Histograms>

export const browseContract = {
  /**
   * Opens the files that pass the filter, in order. Answers fast at 100,000 files; the list itself stays in the core.
   */
  open: rpc(
    z.object({
      filter: PhotoFilter,
      sort: PhotoSort,
      first: z.int().min(0).max(500).default(0),
      firstRatios: z.int().min(0).max(1000).default(0),
      hasMonths: z.boolean().default(false),
    }),
    View,
  ),
  /**
   * A range of a view; labels are as they are now. Fails with `not-found` for a view that was evicted: open it again.
   */
  window: rpc(
    z.object({ viewId: z.string(), offset: z.int().min(0), limit: z.int().min(1).max(500) }),
    z.array(PhotoCard),
  ),
  /** Returns the cards of these files, in their order; labels are as they are now. Unknown files have an empty card. */
  cards: rpc(z.object({ fileIds: ids<FileId>({ min: 1, max: 500 }) }), z.array(PhotoCard)),
  /** Ids of a range, `to` exclusive, for selecting. */
  ids: rpc(
    z.object({ viewId: z.string(), from: z.int().min(0), to: z.int().min(0) }),
    z.object({ fileIds: z.array(FileId), photoIds: z.array(PhotoId.nullable()) }),
  ),
  /**
   * Width / height of the photos of a range as displayed, in thousandths, `to` exclusive; 0 where it is not known. Until a
   * photo was decoded, it may be that of the photo lying on its side.
   */
  ratios: rpc(
    z.object({ viewId: z.string(), from: z.int().min(0), to: z.int().min(0) }),
    z.object({ ratios: z.array(z.number()) }),
  ),
  /** The months of a view in its order, by the date taken, else the date of the file. Meant for views sorted by date. */
  months: rpc(z.object({ viewId: z.string() }), z.object({ months: z.array(MonthRun) })),
  /** Returns the index of a file in a view; null when it is not in it. */
  locate: rpc(z.object({ viewId: z.string(), fileId: FileId }), z.object({ index: z.int().nullable() })),
  /**
   * Returns the file that is shown for each path, in their order: for what belongs to a shot, the one of the shot. Null
   * where the library knows no such file.
   */
  filesAt: rpc(
    z.object({ paths: list(z.string().min(1).max(4096), { max: 200_000 }) }),
    z.object({ fileIds: z.array(FileId.nullable()) }),
  ),
  /** How many files of each state pass the filter, its own `states` left aside. All but `skipped` add up to `open`. */
  counts: rpc(z.object({ filter: PhotoFilter }), StateCounts),
  /**
   * The labels to narrow a view down by, parents before children, with their numbers among the files that pass the
   * filter. Its own labels are left aside where any of them will do.
   */
  labels: rpc(z.object({ filter: PhotoFilter.prefault({}) }), z.array(LabelNode)),
  /** Scores and dates of the files that pass the filter; its own bounds of what is counted are left aside. */
  histograms: rpc(z.object({ filter: PhotoFilter }), Histograms),
  /** Cameras and kinds of file of the whole library, the most frequent first, and how many files have stars or flags. */
  facets: rpc(emptyObject, FileFacets),
} as const
