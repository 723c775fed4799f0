// Questions about the photo in the viewer: whether there is a model for them, and the answers to the last one.
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { AskedPhoto } from '../../../../electron/contract/questions.ts'
import type { Message } from '../../../../electron/texts/message.ts'
import type { AppState } from '../../state/app.svelte.ts'

interface Asked {
  readonly photoId: PhotoId
  readonly question: string
  readonly modelName: string
  readonly answers: (AskedPhoto & { readonly ok: true })['scores']
}

export class Asking {
  readonly #app: AppState
  /** False until it is known, so that the field does not appear and go. */
  hasModel = $state(false)
  question = $state('')
  isAsking = $state(false)
  problem = $state.raw<Message | null>(null)
  #asked = $state.raw<Asked | null>(null)

  constructor(app: AppState) {
    this.#app = app
  }

  async load(): Promise<void> {
    const models = await this.#app.attempt(() => this.#app.api.models.list({}))
    this.hasModel = models?.some(({ task }) => task === 'answers') ?? false
  }

  /** The answers about this photo; null where the last question was about another one. */
  about(photoId: PhotoId | null | undefined): Asked | null {
    return this.#asked !== null && this.#asked.photoId === photoId ? this.#asked : null
  }

  async ask(photoId: PhotoId): Promise<void> {
    const question = this.question.trim()
    if (question === '' || this.isAsking) return
    this.isAsking = true
    this.problem = null
    const reply = await this.#app.attempt(() =>
      this.#app.api.questions.ask({ photoIds: [photoId], question, topK: 5 }),
    )
    this.isAsking = false
    const [photo] = reply?.photos ?? []
    if (reply === null || photo === undefined) return
    if (photo.ok) this.#asked = { photoId, question, modelName: reply.modelName, answers: photo.scores }
    else this.problem = photo.reason
  }
}
