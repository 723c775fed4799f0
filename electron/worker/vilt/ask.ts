// Asks a ViLT about photos: decodes them, runs each with each text, and makes answers or scores of the logits.
import { AppError } from '../../contract/errors.ts'
import type { Asked, AskRequest, Explained, ExplainTextRequest } from '../../contract/inference.ts'
import type { ViltFolder } from '../../../models/vilt/folder.ts'
import { viltInputs, type ViltPair } from '../../../models/vilt/inputs.ts'
import { attentionName } from '../../../models/vit/encoder.ts'
import { msg } from '../../texts/message.ts'
import { attentionRollout } from '../explain/rollout.ts'
import { readOutput } from '../model.ts'
import { topK } from '../postprocess.ts'
import type * as ort from '../runtime.ts'
import { viltFeeds } from './feeds.ts'
import { openVilt } from './open.ts'
import { decodeForVilt, type Decoded } from './photo.ts'

/** Passes that run together; more need memory and are no faster on a CPU. */
const pairsAtOnce = 4

/** Throws AppError where the model cannot be read; a photo's failure is in its item. */
export async function ask(request: AskRequest): Promise<Asked> {
  const { model, session } = await openVilt(request, false)
  const photos = await Promise.all(
    request.photos.map((photo) => decodeForVilt(photo, model.preprocessing, request)),
  )
  const tokens = request.texts.map((text) => model.tokenizer.encode(text, model.config.maxTokens))
  if (model.config.head === 'pairs') return askOfTwo(model, session, request, photos, tokens)
  const items: Asked['items'] = []
  for (const [n, { id }] of request.photos.entries()) {
    const photo = photos[n]
    if (photo === undefined || 'reason' in photo) {
      items.push({ ok: false, id, reason: photo?.reason ?? msg('it was not read') })
      continue
    }
    const logits = await run(
      model,
      session,
      tokens.map((text) => ({ photo, tokens: text })),
    )
    items.push(toItem(id, model, logits, request))
  }
  return { type: 'asked', items }
}

/** One sentence about two photos: one item, with the id of the first. */
async function askOfTwo(
  model: ViltFolder,
  session: ort.InferenceSession,
  request: AskRequest,
  photos: readonly Decoded[],
  [tokens = []]: readonly (readonly number[])[],
): Promise<Asked> {
  const failed = photos.flatMap((photo, n) =>
    'reason' in photo ? [{ ok: false as const, id: request.photos[n]?.id ?? 0, reason: photo.reason }] : [],
  )
  const [first, second] = photos
  if (first === undefined || second === undefined || 'reason' in first || 'reason' in second)
    return { type: 'asked', items: failed }
  const pairs = [
    { photo: first, tokens },
    { photo: second, tokens, isSecond: true },
  ]
  const logits = await run(model, session, pairs)
  return { type: 'asked', items: [toItem(request.photos[0]?.id ?? 0, model, logits, request)] }
}

/**
 * Answers are scored each by itself (they are trained so), sentences by a softmax over those that were given, and what is
 * said of two photos by one over False and True.
 */
function toItem(
  id: number,
  { config: { head, labels } }: ViltFolder,
  logits: Float32Array,
  request: AskRequest,
): Asked['items'][number] {
  const names = head === 'match' ? request.texts : labels
  const best = topK(logits, 0, Int32Array.from(names.keys()), names.length, {
    activation: head === 'answers' ? 'sigmoid' : 'softmax',
    temperature: 1,
  })
  if (logits.some((logit) => !Number.isFinite(logit)))
    return {
      ok: false,
      id,
      reason: msg('The model gave no numbers for it; its weights may be damaged.'),
    }
  const scores = best.map(({ classIndex, score }) => ({
    classIndex,
    text: names[classIndex] ?? '',
    score,
    logit: logits[classIndex] ?? 0,
  }))
  if (head === 'match') scores.sort((a, b) => a.classIndex - b.classIndex)
  else if (head === 'answers') scores.splice(request.topK)
  return { ok: true, id, scores: scores.map(({ text, score, logit }) => ({ text, score, logit })) }
}

/** The logits of the pairs, one after the other. */
async function run(
  { config }: ViltFolder,
  session: ort.InferenceSession,
  pairs: readonly ViltPair[],
): Promise<Float32Array> {
  const parts: number[] = []
  for (let first = 0; first < pairs.length; first += pairsAtOnce) {
    const inputs = viltInputs(config, pairs.slice(first, first + pairsAtOnce))
    const outputs = await session.run(viltFeeds(config, inputs))
    parts.push(...(await readOutput(outputs, 'logits')))
  }
  return Float32Array.from(parts)
}

/** How much of the first token, which the answer is made of, comes from each patch. Throws AppError. */
export async function explainText(request: ExplainTextRequest): Promise<Explained> {
  const { model, session } = await openVilt(request, true)
  const { config, preprocessing, tokenizer } = model
  const photo = await decodeForVilt(request, preprocessing, request)
  if ('reason' in photo)
    throw new AppError(
      'inference-failed',
      msg('{{path}} cannot be explained: {{why}}', { path: request.path, why: photo.reason }),
    )
  const inputs = viltInputs(config, [{ photo, tokens: tokenizer.encode(request.text, config.maxTokens) }])
  const outputs = await session.run(viltFeeds(config, inputs))
  const tokens = inputs.textTokens + inputs.photoTokens
  const blocks = []
  for (let block = 0; block < config.depth; block++)
    blocks.push({
      heads: config.heads,
      tokens,
      values: await readOutput(outputs, attentionName(block)),
    })
  const [gridWidth, gridHeight] = [photo.widthPx / config.patchPx, photo.heightPx / config.patchPx]
  return {
    ...{ type: 'explained', gridWidth, gridHeight, picture: null },
    rollout: Float32Array.from(attentionRollout(blocks, gridWidth * gridHeight)),
    crop: { left: 0, top: 0, width: 1, height: 1 },
  }
}
