// From a label to the sentences that a text-image model reads in its place.

/**
 * Text-image models have learned from captions, and a caption is seldom one word: the mean over a few sentences is a better
 * class than the word alone (Radford et al. 2021, section 3.1.4).
 */
export const defaultTemplates: readonly string[] = [
  '{}',
  'a photo of {}.',
  'a photo of a {}.',
  'a photo of the {}.',
]

/** The sentences for one label: of `animal/polar_bear` about "polar bear". */
export function sentencesOf(label: string, templates: readonly string[]): string[] {
  const word = (label.split('/').at(-1) ?? '').replaceAll('_', ' ').trim() || label
  if (templates.length > 0) return templates.map((template) => template.replaceAll('{}', word))
  // English around a word of another script would be neither language.
  const isLatin = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u.test(word)
  return isLatin ? defaultTemplates.map((template) => template.replaceAll('{}', word)) : [word]
}
