// Dialogs for files and folders in a browser, whose own ones tell pages no paths: folders and models are those of the
// machine on which Labelroom runs, tables are uploaded to it.
import type { Api } from '../transport/api.ts'
import { uploadFile } from '../transport/transfers.ts'

/** A folder that the user is asked for, or a file with one of the extensions. */
export interface FolderRequest {
  readonly title: string
  readonly extensions: readonly string[]
  /** Null: cancelled. */
  readonly answer: (path: string | null) => void
}

export class OwnDialogs {
  /** What the user is asked for now; null: nothing. */
  request = $state.raw<FolderRequest | null>(null)
  /** Where the user was last; null: nowhere yet. */
  lastFolder: string | null = null

  /** The same calls, those that choose answered by the page. */
  answerFor(api: Api): Api {
    const own: Pick<Api['shell'], 'pickFolder' | 'pickFile'> = {
      pickFolder: ({ title }) => this.#ask(title, []),
      pickFile: ({ title, extensions, kind = 'table' }) =>
        kind === 'model' ? this.#ask(title, extensions) : uploadChosen(extensions),
    }
    const shell = new Proxy(api.shell, {
      get: (calls, name) => Reflect.get(name in own ? own : calls, name) as unknown,
    })
    return new Proxy(api, {
      get: (groups, name) => (name === 'shell' ? shell : Reflect.get(groups, name)) as unknown,
    })
  }

  #ask(title: string, extensions: readonly string[]): Promise<{ path: string | null }> {
    return new Promise((resolve) => {
      this.request = {
        ...{ title, extensions },
        answer: (path) => {
          this.request = null
          resolve({ path })
        },
      }
    })
  }
}

/** Asks for a file of the user's own machine and uploads it. */
async function uploadChosen(extensions: readonly string[]): Promise<{ path: string | null }> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = extensions.map((extension) => `.${extension}`).join()
  const file = await new Promise<File | null>((resolve) => {
    input.onchange = () => {
      resolve(input.files?.[0] ?? null)
    }
    input.oncancel = () => {
      resolve(null)
    }
    input.click()
  })
  return { path: file === null ? null : await uploadFile(file) }
}
