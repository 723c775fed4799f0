// Trains a head on what people said, evaluates it on photos it has not seen, and says whether it is worth promoting.
import type { PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Head, HeadComparison, TrainRequest, TrainResult } from '../../contract/learning.ts'
import { bestClasses, predict, toProbabilities } from '../learning/apply-head.ts'
import { fitHead, type FittedHead } from '../learning/fit-head.ts'
import { computeMetrics } from '../learning/metrics.ts'
import { takeRows, takeTargets } from '../learning/split.ts'
import type { Targets } from '../learning/logistic-regression.ts'
import type { Store } from '../store/db.ts'
import type { NewHead, Verdict } from '../store/heads.ts'
import { folderRange } from '../store/paths.ts'
import { takeColumns } from './columns.ts'
import type { EmbeddedLibrary, LearningContext } from './context.ts'
import { collectLabelled, withClassesOf, type Labelled } from './labelled.ts'
import { loadHead, packHead } from './stored-head.ts'

/** With fewer labelled photos none are kept aside; cross-validation then gives the numbers. */
const minForHeldOut = 30
/** Photos new to both heads, below which a comparison would be chance. */
const minForComparison = 5

/** What came of a training; the head is not in the library yet. */
export interface TrainedHead extends Omit<TrainResult, 'head'> {
  readonly head: NewHead
}

export function trainHead(
  { store, embedded, report }: LearningContext,
  request: Omit<TrainRequest, 'taskId'>,
): TrainedHead {
  const startedAtMs = performance.now()
  const library = embedded(request.modelId)
  const judgements = store.embeddings.judgements()
  const labelled = collectLabelled(library.photoIds, judgements, request.mode)
  const confirmed = judgements.filter(({ state }) => state === 'confirmed').map(({ photoId }) => photoId)
  checkEnough(store, library, labelled, { mode: request.mode, photos: new Set(confirmed).size })
  const split = splitExamples(store, library, labelled, request.heldOutFolder)
  const train = { rows: split.train.map((i) => labelled.rows[i] ?? 0) }
  const fitted = fitHead(takeRows(library.matrix, train.rows), takeTargets(labelled.targets, split.train), {
    seed: request.seed,
    report,
  })
  const evaluated = evaluate(library, labelled, split, fitted)
  const { choice, temperature } = fitted
  const rival = store.heads.promoted(library.variantId)
  const previous = rival === null ? null : compareWithHead(store, library, labelled, evaluated, rival)
  const pretrained = compareWithModel(store, library, labelled, evaluated)
  const head: NewHead = {
    variantId: library.variantId,
    dim: fitted.head.dim,
    parameters: packHead(fitted.head),
    photoIds: train.rows.flatMap((row) => library.photoIds[row] ?? []),
    kind: choice.kind,
    mode: request.mode,
    classes: [...labelled.classNames],
    l2: choice.l2,
    seed: request.seed,
    temperature,
    evaluation: evaluated === null ? 'none' : split.test.length > 0 ? 'held-out' : 'cross-validation',
    metrics: evaluated?.metrics ?? null,
    verdicts: evaluated === null ? [] : listVerdicts(library, labelled, evaluated),
  }
  const verdict = judge(head, rival, previous, pretrained)
  return { head, pretrained, previous, ...verdict, elapsedMs: performance.now() - startedAtMs }
}

/** `photos`: with a confirmed label, whether or not the model has seen them. */
function checkEnough(
  store: Store,
  { variantId }: EmbeddedLibrary,
  { classNames, rows }: Labelled,
  { mode, photos }: Pick<TrainRequest, 'mode'> & { readonly photos: number },
): void {
  if (rows.length > 0 && classNames.length >= (mode === 'single' ? 2 : 1)) return
  if (photos > rows.length) {
    const variant = store.models.describeVariant(variantId)
    const name = variant === null ? '' : (store.models.get(variant.modelId)?.name ?? '')
    throw new AppError(
      'bad-request',
      `${name} has seen ${rows.length} of ${photos} photos with confirmed labels. Label their folders with it, or first run the model that has seen them: labelroom label FOLDER --model MODEL.`,
    )
  }
  throw new AppError(
    'bad-request',
    `There is too little to learn from: ${rows.length} labelled photos in ${classNames.length} classes. Confirm labels of at least two classes, or import them: labelroom import FILE.`,
  )
}

interface Split {
  /** Indices into `Labelled.rows`. */
  readonly train: readonly number[]
  readonly test: readonly number[]
}

/** Photos kept aside are chosen by their number alone, so that no later head is trained on them either. */
function splitExamples(
  store: Store,
  { photoIds }: EmbeddedLibrary,
  { rows }: Labelled,
  heldOutFolder: string | null,
): Split {
  const all = [...rows.keys()]
  if (heldOutFolder === null && rows.length < minForHeldOut) return { train: all, test: [] }
  const inFolder = heldOutFolder === null ? null : store.embeddings.places(folderRange(heldOutFolder))
  const isHeldOut = (photoId: PhotoId) =>
    inFolder === null ? (Math.imul(photoId, 0x9e3779b1) >>> 0) % 5 === 0 : inFolder.has(photoId)
  const test = all.filter((i) => {
    const photoId = photoIds[rows[i] ?? -1]
    return photoId !== undefined && isHeldOut(photoId)
  })
  const held = new Set(test)
  const train = all.filter((i) => !held.has(i))
  if (train.length === 0 || test.length === 0) {
    throw new AppError(
      'bad-request',
      `Of ${all.length} labelled photos ${test.length} would be kept aside and ${train.length} trained on. Choose another folder to keep aside.`,
    )
  }
  return { train, test }
}

interface Evaluated {
  readonly metrics: NonNullable<Head['metrics']>
  /** Indices into `Labelled.rows` of the photos behind the numbers. */
  readonly examples: readonly number[]
  /** [examples, classes]. */
  readonly probabilities: Float32Array
}

function evaluate(
  { matrix }: EmbeddedLibrary,
  { classNames, rows, targets }: Labelled,
  { train, test }: Split,
  fitted: FittedHead,
): Evaluated | null {
  const examples = test.length > 0 ? test : train
  const probabilities =
    test.length > 0
      ? predict(
          fitted,
          takeRows(
            matrix,
            test.map((i) => rows[i] ?? 0),
          ),
        )
      : fitted.outOfFold
  if (probabilities === null) return null
  if (test.length === 0) {
    for (let at = 0; at < probabilities.length; at += targets.classes)
      toProbabilities(probabilities, at, targets.classes, targets.mode, fitted.temperature)
  }
  const metrics = computeMetrics(probabilities, takeTargets(targets, examples), classNames)
  return { metrics, examples, probabilities }
}

/** Who is in which cell of the confusion matrix; a photo is in one for each of its labels. */
function listVerdicts(
  { photoIds }: EmbeddedLibrary,
  { rows, targets }: Labelled,
  { examples, probabilities }: Evaluated,
): Verdict[] {
  const { classes, values } = targets
  return examples.flatMap((example, at) => {
    const photoId = photoIds[rows[example] ?? -1]
    const predicted = bestClasses(probabilities, at * classes, classes, 1)[0]?.classIndex ?? 0
    const truths = Array.from({ length: classes }, (_, c) => c).filter(
      (c) => values[example * classes + c] === 1,
    )
    return photoId === undefined ? [] : truths.map((truth) => ({ photoId, truth, predicted }))
  })
}

function compareWithHead(
  store: Store,
  { matrix, photoIds }: EmbeddedLibrary,
  labelled: Labelled,
  evaluated: Evaluated | null,
  rival: Head,
): HeadComparison | null {
  if (evaluated === null) return null
  const seen = store.heads.trainedOn(rival.id)
  const places = [...evaluated.examples.keys()].filter((at) => {
    const row = labelled.rows[evaluated.examples[at] ?? -1] ?? -1
    return !seen.has(photoIds[row] ?? -1)
  })
  if (places.length < minForComparison) return null
  const examples = places.map((at) => evaluated.examples[at] ?? 0)
  const rows = takeRows(
    matrix,
    examples.map((i) => labelled.rows[i] ?? 0),
  )
  const said = predict(loadHead(store, rival), rows)
  const { classNames, targets: all } = withClassesOf(labelled, rival)
  const targets = takeTargets(all, examples)
  const ours = takeColumns(evaluated.probabilities, places, labelled.classNames, classNames)
  const theirs = takeColumns(said, [...places.keys()], rival.classes, classNames)
  return {
    photos: places.length,
    head: accuracyOf(ours, targets, classNames),
    rival: accuracyOf(theirs, targets, classNames),
  }
}

/** The model's own first choice, by name; null when it has none of the classes, or in multi mode. */
function compareWithModel(
  store: Store,
  { photoIds, variantId }: EmbeddedLibrary,
  { classNames, rows, targets }: Labelled,
  evaluated: Evaluated | null,
): HeadComparison | null {
  if (evaluated === null || targets.mode === 'multi') return null
  const said = store.embeddings.firstOfModel(variantId)
  const classes = new Map(classNames.map((name, c) => [name.toLowerCase(), c]))
  let [hits, known] = [0, 0]
  for (const i of evaluated.examples) {
    const photoId = photoIds[rows[i] ?? -1]
    const c = classes.get((photoId === undefined ? '' : (said.get(photoId) ?? '')).toLowerCase())
    if (c === undefined) continue
    known += 1
    if (targets.values[i * targets.classes + c] === 1) hits += 1
  }
  const photos = evaluated.examples.length
  return known === 0 ? null : { photos, head: evaluated.metrics.accuracy, rival: hits / photos }
}

const accuracyOf = (probabilities: Float32Array, targets: Targets, names: readonly string[]) =>
  computeMetrics(probabilities, targets, names).accuracy

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

function judge(
  { metrics }: NewHead,
  rival: Head | null,
  previous: HeadComparison | null,
  pretrained: HeadComparison | null,
): { isProposed: boolean; reason: string } {
  if (metrics === null) return { isProposed: false, reason: 'there are too few labels to say how good it is' }
  if (rival !== null && previous === null) {
    const reason = `fewer than ${minForComparison} labelled photos are new to both it and head ${rival.version}`
    return { isProposed: false, reason }
  }
  const comparison = previous ?? pretrained
  if (comparison !== null) {
    const name = rival === null ? "the model's own head" : `head ${rival.version}`
    const numbers = `${percent(comparison.head)} against ${percent(comparison.rival)} of ${name} on the same ${comparison.photos} photos`
    return { isProposed: comparison.head > comparison.rival, reason: numbers }
  }
  const most = Math.max(...metrics.perClass.map(({ examples }) => examples)) / Math.max(1, metrics.photos)
  return {
    isProposed: metrics.accuracy > most,
    reason: `${percent(metrics.accuracy)}, where the model's own head has none of these classes and always naming the most frequent one gives ${percent(most)}`,
  }
}
