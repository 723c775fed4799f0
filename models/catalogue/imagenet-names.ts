// The classes of ImageNet-1k under all the names that models know them by: "American alligator",
// "American alligator, Alligator mississipiensis", n01698640; and in other languages.
import { labelKey } from '../../electron/common/label-key.ts'
import english from './labels/imagenet-1k.json' with { type: 'json' }
import chinese from './labels/imagenet-1k.zh-CN.json' with { type: 'json' }
import wordnet from './labels/imagenet-1k.wordnet.json' with { type: 'json' }

/** By key: the English name of the list. The first class of a name has it: "cardigan" is the clothing. */
const nameByKey = new Map(english.map((name) => [labelKey(name), name]))
for (const [index, [synset, lemmas]] of Object.entries(wordnet).entries()) {
  const name = english[index] ?? synset
  for (const form of [synset, lemmas, lemmas.split(', ')[0] ?? lemmas]) {
    const key = labelKey(form)
    if (!nameByKey.has(key)) nameByKey.set(key, name)
  }
}
const chineseByName = new Map(english.map((name, index) => [name, chinese[index] ?? name]))

/** Returns the English name of the class of ImageNet-1k that has this name; null where it is none. */
export const imagenetName = (name: string): string | null => nameByKey.get(labelKey(name)) ?? null

/** Returns the name of every class of ImageNet-1k, by the key of each name that models know it by. */
export const imagenetTexts = (language: string): Map<string, string> =>
  new Map(
    [...nameByKey].map(([key, name]) => [
      key,
      language === 'zh-CN' ? (chineseByName.get(name) ?? name) : name,
    ]),
  )
