// Trains a head on the user's annotations, evaluates it on held-out photos, and says whether it is worth promoting.
import type { ModelId, PhotoId } from '../../../contract/domain.ts'
import { AppError } from '../../../contract/errors.ts'
import type { Head, HeadComparison, TrainRequest, TrainResult } from '../../../contract/heads.ts'
import { msg } from '../../../texts/message.ts'
import { bestClasses, predict, toProbabilities } from '../algorithms/apply-head.ts'
import { fitHead, type FittedHead } from '../algorithms/fit-head.ts'
import { computeMetrics } from '../algorithms/metrics.ts'
import { strataOf, takeTargets } from '../algorithms/split.ts'
import type { Targets } from '../algorithms/logistic-regression.ts'
import { takeWords, type WordsPrior } from '../algorithms/words-head.ts'
import type { Store } from '../../store/db.ts'
import type { NewHead, Verdict } from '../../store/tables/heads.ts'
import { folderRange } from '../../files/paths.ts'
import { takeColumns } from './columns.ts'
import { judge, minForComparison } from './judge-head.ts'
import type { EmbeddedLibrary, LearningContext } from '../context.ts'
import { collectLabelled, ofClasses, withClassesOf, type Labelled } from './labelled.ts'
import { loadHead, packHead } from './stored-head.ts'

/** A class with as many photos has one among those that are held out, and one that is trained on. */
const minToDivide = 3
/** With fewer labelled photos none are held out; cross-validation then gives the numbers. */
const minForHeldOut = 30
/** What came of a training; the head is not in the library yet. */
export interface TrainedHead extends Omit<TrainResult, 'head'> {
  readonly head: NewHead
}

export function trainHead(context: LearningContext, request: Omit<TrainRequest, 'taskId'>): TrainedHead {
  const { store, embedded } = context
  const library = embedded(request.modelId)
  const annotations = ofClasses(store.annotations.forTraining(), request.classes)
  const labelled = collectLabelled(library.subjectIds, annotations, request.mode)
  const confirmed = annotations.filter(({ state }) => state === 'confirmed').map(({ photoId }) => photoId)
  checkEnough(store, library, labelled, { mode: request.mode, photos: new Set(confirmed).size })
  const split = splitExamples(store, library, labelled, request.heldOutFolder)
  return makeHead(context, library, labelled, split, { ...request, prior: null })
}

/** A head of words, which labelled photos move where there are any; the others say how good it is. */
export function trainWordsHead(context: LearningContext, request: WordsHead): TrainedHead {
  const { store, embedded } = context
  const library = embedded(request.modelId)
  const { words, mode, prior } = request
  const names = new Set(words)
  const annotations = store.annotations.forTraining().filter(({ name }) => names.has(name))
  const labelled = withClassesOf(collectLabelled(library.photoIds, annotations, mode), { classes: words })
  const all = [...labelled.rows.keys()]
  const split = request.usesLabels ? splitExamples(store, library, labelled, null) : { train: [], test: all }
  return makeHead(context, library, labelled, split, {
    ...request,
    prior: takeWords(
      prior,
      labelled.classNames.map((name) => words.indexOf(name)),
    ),
  })
}

export interface WordsHead extends Pick<TrainRequest, 'mode' | 'seed'> {
  readonly modelId: ModelId
  /** One for each row of the prior. */
  readonly words: readonly string[]
  readonly prior: WordsPrior
  /** Whether labelled photos move it. */
  readonly usesLabels: boolean
}

function makeHead(
  { store, report }: LearningContext,
  library: EmbeddedLibrary,
  labelled: Labelled,
  split: Split,
  request: Pick<TrainRequest, 'mode' | 'seed'> & { readonly prior: WordsPrior | null },
): TrainedHead {
  const startedAtMs = performance.now()
  const train = { rows: split.train.map((i) => labelled.rows[i] ?? 0) }
  const fitted = fitHead(library.embeddings.take(train.rows), takeTargets(labelled.targets, split.train), {
    seed: request.seed,
    prior: request.prior,
    report,
  })
  const evaluated = evaluate(library, labelled, split, fitted)
  const { config, temperature } = fitted
  const rival = store.heads.promoted(library.variantId)
  const previous = rival === null ? null : compareWithHead(store, library, labelled, evaluated, rival)
  const pretrained = compareWithModel(store, library, labelled, evaluated)
  const head: NewHead = {
    variantId: library.variantId,
    dim: fitted.head.dim,
    parameters: packHead(fitted.head),
    photoIds: train.rows.flatMap((row) => library.photoIds[row] ?? []),
    kind: config.kind,
    mode: request.mode,
    classes: [...labelled.classNames],
    l2: config.l2,
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
      msg(
        '{{name}} has seen {{rows}} of {{photos}} photos with confirmed labels. Label their folders with it, or first run the model that has seen them: labelroom label FOLDER --model MODEL.',
        { name, rows: rows.length, photos },
      ),
    )
  }
  throw new AppError(
    'bad-request',
    msg(
      'There is too little to learn from: {{photos}} labelled photos in {{classes}} classes. Confirm labels of at least two classes, or import them: labelroom import FILE.',
      { photos: rows.length, classes: classNames.length },
    ),
  )
}

interface Split {
  /** Indices into `Labelled.rows`. */
  readonly train: readonly number[]
  readonly test: readonly number[]
}

/** A number that scatters ids evenly, the same each time. */
const scatter = (id: number): number => Math.imul(id, 0x9e3779b1) >>> 0

/**
 * Held-out photos are chosen by the id of their image alone, so that no later head is trained on them either, in whatever
 * rendering. Only where a class would have no photo among them, or none to learn from, does one of it change sides.
 */
function splitExamples(
  store: Store,
  { photoIds, subjectIds }: EmbeddedLibrary,
  { rows, targets }: Labelled,
  heldOutFolder: string | null,
): Split {
  const all = [...rows.keys()]
  if (heldOutFolder === null && rows.length < minForHeldOut) return { train: all, test: [] }
  const inFolder = heldOutFolder === null ? null : store.files.photoPaths(folderRange(heldOutFolder))
  const heldOut = new Set(
    subjectIds.filter((id, row) => inFolder?.has(photoIds[row] ?? (0 as PhotoId)) ?? scatter(id) % 5 === 0),
  )
  const idOf = (i: number) => subjectIds[rows[i] ?? -1] ?? (0 as PhotoId)
  const held = new Set(all.filter((i) => heldOut.has(idOf(i))))
  if (heldOutFolder === null) divideClasses(held, strataOf(targets), idOf)
  const test = all.filter((i) => held.has(i))
  const train = all.filter((i) => !held.has(i))
  if (train.length === 0 || test.length === 0) {
    throw new AppError(
      'bad-request',
      msg(
        'Of {{photos}} labelled photos {{aside}} would be kept aside and {{rest}} trained on. Choose another folder to keep aside.',
        { photos: all.length, aside: test.length, rest: train.length },
      ),
    )
  }
  return { train, test }
}

/** Moves a photo of each class that lies wholly on one side, if it has enough of them: always the same one. */
function divideClasses(
  held: Set<number>,
  strata: readonly number[],
  idOf: (example: number) => PhotoId,
): void {
  for (const examples of Map.groupBy(strata.keys(), (example) => strata[example]).values()) {
    if (examples.length < minToDivide) continue
    const aside = examples.filter((example) => held.has(example)).length
    const [first] = examples.toSorted((a, b) => scatter(idOf(a)) - scatter(idOf(b)))
    if (first === undefined) continue
    if (aside === 0) held.add(first)
    else if (aside === examples.length) held.delete(first)
  }
}

interface Evaluated {
  readonly metrics: NonNullable<Head['metrics']>
  /** Indices into `Labelled.rows` of the photos behind the numbers. */
  readonly examples: readonly number[]
  /** [examples, classes]. */
  readonly probabilities: Float32Array
}

function evaluate(
  { embeddings }: EmbeddedLibrary,
  { classNames, rows, targets }: Labelled,
  { train, test }: Split,
  fitted: FittedHead,
): Evaluated | null {
  const examples = test.length > 0 ? test : train
  if (examples.length === 0) return null
  const probabilities =
    test.length > 0 ? predict(fitted, embeddings.take(test.map((i) => rows[i] ?? 0))) : fitted.outOfFold
  if (probabilities === null) return null
  if (test.length === 0) {
    for (let at = 0; at < probabilities.length; at += targets.classes)
      toProbabilities(probabilities, at, targets.classes, targets.mode, fitted.temperature)
  }
  const metrics = computeMetrics(probabilities, takeTargets(targets, examples), classNames)
  return { metrics, examples, probabilities }
}

/** Which photo is in which cell of the confusion matrix; a photo is in one for each of its labels. */
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
  { embeddings, subjectIds }: EmbeddedLibrary,
  labelled: Labelled,
  evaluated: Evaluated | null,
  rival: Head,
): HeadComparison | null {
  if (evaluated === null) return null
  const seen = store.heads.trainedOn(rival.id)
  const newToRival = [...evaluated.examples.keys()].filter((at) => {
    const row = labelled.rows[evaluated.examples[at] ?? -1] ?? -1
    return !seen.has(subjectIds[row] ?? -1)
  })
  if (newToRival.length < minForComparison) return null
  const examples = newToRival.map((at) => evaluated.examples[at] ?? 0)
  const rows = embeddings.take(examples.map((i) => labelled.rows[i] ?? 0))
  const predicted = predict(loadHead(store, rival), rows)
  const { classNames, targets: all } = withClassesOf(labelled, rival)
  const targets = takeTargets(all, examples)
  const ours = takeColumns(evaluated.probabilities, newToRival, labelled.classNames, classNames)
  const theirs = takeColumns(predicted, [...newToRival.keys()], rival.classes, classNames)
  return {
    photos: newToRival.length,
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
  const firstChoices = store.predictions.topLabels(variantId)
  const classes = new Map(classNames.map((name, c) => [name.toLowerCase(), c]))
  let [hits, known] = [0, 0]
  for (const i of evaluated.examples) {
    const photoId = photoIds[rows[i] ?? -1]
    const c = classes.get((photoId === undefined ? '' : (firstChoices.get(photoId) ?? '')).toLowerCase())
    if (c === undefined) continue
    known += 1
    if (targets.values[i * targets.classes + c] === 1) hits += 1
  }
  const photos = evaluated.examples.length
  return known === 0 ? null : { photos, head: evaluated.metrics.accuracy, rival: hits / photos }
}

const accuracyOf = (probabilities: Float32Array, targets: Targets, names: readonly string[]) =>
  computeMetrics(probabilities, targets, names).accuracy
