// Sorts names as people do: by the letters of the page's language, and numbers by their value.

const collatorOf = (language: string) => new Intl.Collator(language, { numeric: true })

/** Making one costs more than a thousand comparisons. */
let collator = collatorOf('en')

/** From now on names are sorted as in this language. */
export function sortNamesIn(language: string): void {
  collator = collatorOf(language)
}

/** `species 9` comes before `species 10`, and `Ärger` beside `Arger`. */
export const compareNames = (a: string, b: string): number => collator.compare(a, b)
