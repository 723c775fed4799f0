// The files and labels in which the words of a search start a word; words that were asked for lately are kept.
import type { Search } from '../store/tables/search.ts'
import type { FoundWord, Tables } from './select.ts'
import { grown } from './typed-arrays.ts'

/** A text grows letter by letter while its first words stay; one byte a file each. */
const keptWords = 16

interface KeptWord {
  /** 1 for each file that has it, by number. */
  isInPath: Uint8Array
  /** The number of the last file that was looked at. */
  upTo: number
}

export interface WordFinder {
  /** Returns each word of the text; the full-text index must be up to date. */
  find(text: string, tables: Tables): FoundWord[]
}

/**
 * [Note: kept words] At a million files, a word that all paths have takes 0.1 s to be read from the full-text index. A path never
 * gets other words, so that only those of new files are asked for again; all are once the index was built anew, or the
 * tables were, because another program has written.
 */
export function createWordFinder(search: Search, labelOf: (labelId: number) => number): WordFinder {
  const kept = new Map<string, KeptWord>()
  let builtOf = -1
  let tablesOf: Tables | null = null
  const pathsWith = (query: string, size: number): Uint8Array => {
    const word = kept.get(query) ?? { isInPath: new Uint8Array(size), upTo: 0 }
    const { fileIds, upTo } = search.filesWith(query, word.upTo)
    word.isInPath = grown(word.isInPath, size)
    for (let i = 0; i < fileIds.length; i++) word.isInPath[fileIds[i] ?? 0] = 1
    word.upTo = upTo
    // In the order of last use.
    kept.delete(query)
    kept.set(query, word)
    const [oldest] = kept.keys()
    if (kept.size > keptWords && oldest !== undefined) kept.delete(oldest)
    return word.isInPath
  }
  return {
    find(text, tables) {
      if (search.timesBuilt() !== builtOf || tables !== tablesOf) kept.clear()
      builtOf = search.timesBuilt()
      tablesOf = tables
      return search.queriesOf(text).map((query) => ({
        isInPath: pathsWith(query, tables.files.folder.length),
        labels: search.labelsWith(query).map(labelOf),
      }))
    },
  }
}
