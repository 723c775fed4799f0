// Which names are free in a folder that photos are moved to: none may be replaced, nor count as of another one's shot.
import { readdir } from 'node:fs/promises'
import { errorCode } from '../../common/errno.ts'
import { formatOfName } from '../../contract/formats.ts'
import { isVideoName } from '../library/companions.ts'

/** A name without its last ending. */
export function stemOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 1 ? name : name.slice(0, dot)
}

const isSidecar = (name: string): boolean => name.toLowerCase().endsWith('.xmp')

/**
 * Stems, in lower case, that a file stands for: `a.jpg` for `a`, its sidecars `a.xmp` and `a.jpg.xmp` too. What is neither
 * a photo, its video nor a sidecar stands for its whole name alone.
 */
function stemsOf(name: string): string[] {
  const stem = stemOf(name)
  if (isSidecar(name)) return [stem, stemOf(stem)].map((one) => one.toLowerCase())
  const isOfShot = formatOfName(name) !== null || isVideoName(name)
  return [(isOfShot ? stem : name).toLowerCase()]
}

/** Some folder has every number up to it. */
const highestNumber = 9999

export class TargetNames {
  /** By stem, one of the names that stand for it. */
  readonly #names = new Map<string, string>()

  /** Reads the names in the folder, none where it is not there yet. Throws what the file system throws. */
  static async read(folder: string): Promise<TargetNames> {
    const names = new TargetNames()
    const found = await readdir(folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    })
    for (const name of found) names.add(name)
    return names
  }

  add(name: string): void {
    for (const stem of stemsOf(name)) if (!this.#names.has(stem)) this.#names.set(stem, name)
  }

  /** Returns a file that is in the way of one of these; null: none is. */
  inTheWay(names: readonly string[]): string | null {
    for (const name of names)
      for (const stem of stemsOf(name)) {
        const other = this.#names.get(stem)
        if (other !== undefined) return other
      }
    return null
  }

  /** Returns the names with the first number that is free for all of them: `a-2.jpg`, `a-2.xmp`. */
  numbered(names: readonly string[], stem: string): string[] | null {
    for (let number = 2; number <= highestNumber; number++) {
      const changed = names.map((name) => renamed(name, stem, `${stem}-${number}`))
      if (this.inTheWay(changed) === null) return changed
    }
    return null
  }
}

/** The same name with another stem. */
export const renamed = (name: string, stem: string, to: string): string => to + name.slice(stem.length)
