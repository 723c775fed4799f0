// Answers the calls about words: a worker embeds them, and tasks in learning/tasks compare them with the photos.
import type { CoreContract } from '../../contract/core.ts'
import type { ModelId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { Handlers } from '../../contract/rpc.ts'
import { msg } from '../../texts/message.ts'
import type { Learning } from '../learning/service.ts'
import type { Store } from '../store/db.ts'
import type { StoredModel } from '../store/tables/models.ts'
import type { VariantId } from '../store/tables/model-variants.ts'
import { embedSentence, embedWords, type EmbedOptions } from './embed-words.ts'

export interface WordsOptions extends EmbedOptions {
  readonly store: Store
  readonly learning: Learning
}

export function createWordsHandlers(options: WordsOptions): Handlers<CoreContract>['words'] {
  const { store, learning } = options
  return {
    model: () => {
      const variantId = store.models.lastUsedWithWords()
      const isUsedLast = variantId !== null && variantId === store.models.lastUsed(null)
      return { name: modelOf(store, variantId)?.name ?? null, isUsedLast }
    },
    createHead: async ({ taskId, words: given, templates, ...request }) => {
      const model = modelOfHeads(store, request.modelId)
      const words = given === null ? confirmedNames(store) : [...new Set(given)]
      if (words.length < (request.mode === 'single' ? 2 : 1))
        throw new AppError('bad-request', msg('Give two words or more to choose from.'))
      const { prior, isSigmoid } = await learning.prepare(taskId, (report) =>
        embedWords(options, model, words, templates, report),
      )
      if (request.mode === 'multi' && !isSigmoid) {
        throw new AppError(
          'bad-request',
          msg(
            '{{model}} was trained to choose one of several sentences, so it cannot score words one by one. Leave out --multi, or use a SigLIP model.',
            { model: model.name },
          ),
        )
      }
      const input = { ...request, modelId: model.id, words, prior }
      const { head, ...made } = await learning.run('wordsHead', input, taskId)
      return { head: await store.whenFree(() => store.heads.add(head, made)), ...made }
    },
    find: async ({ modelId, text, limit }) => {
      const variantId = modelId === null ? store.models.lastUsedWithWords() : store.models.lastUsed(modelId)
      const model = modelOf(store, variantId)
      if (model?.readsWords !== true) throw noTextModel()
      const sentence = await embedSentence(options, model, text.trim())
      return learning.run('find', { modelId: model.id, sentence, limit })
    },
  }
}

const modelOf = (store: Store, variantId: VariantId | null): StoredModel | null => {
  const variant = variantId === null ? null : store.models.describeVariant(variantId)
  return variant === null ? null : store.models.get(variant.modelId)
}

/** Heads are those of the model that was run last, so words are for it too, unless another one is named. */
function modelOfHeads(store: Store, modelId: ModelId | null): StoredModel {
  const model = modelOf(store, store.models.lastUsed(modelId))
  if (model === null || store.models.lastUsedWithWords() === null) throw noTextModel()
  if (model.readsWords) return model
  throw new AppError(
    'model-unsupported',
    msg(
      '{{model}}, which was run last, cannot read words. Label with a text-image model (CLIP or SigLIP) first: labelroom label FOLDER --model MODEL.',
      { model: model.name },
    ),
  )
}

const noTextModel = () =>
  new AppError(
    'not-found',
    msg(
      'No photo has been seen by a text-image model yet. Add one (CLIP or SigLIP) and label with it first: labelroom label FOLDER --model MODEL.',
    ),
  )

function confirmedNames(store: Store): string[] {
  const confirmed = store.annotations.list().filter(({ state }) => state === 'confirmed')
  const names = [...new Set(confirmed.map(({ name }) => name))].sort()
  if (names.length > 0) return names
  throw new AppError('bad-request', msg('No label is confirmed yet. Type the words instead.'))
}
