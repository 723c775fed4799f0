// Recognises the sentences of the core in what it says, so that a window can say them in the person's language.
//
// [Note: sentences] The core, the workers and the models speak English: in the terminal, in logs, and in reasons that a
// library keeps. The English sentence is the key of its translation, with `{{name}}` where a value stands. A window looks
// up which template a message was made from, and says that template in its language with the same values. What no
// template made, such as words of the operating system, stays as it is.

/** Says a template in the language of the window. */
export type SayTemplate = (template: string, values: Readonly<Record<string, string>>) => string

interface Matcher {
  readonly template: string
  readonly names: readonly string[]
  /** Values after which only a space stands, and then the next one. */
  readonly seams: readonly number[]
  readonly pattern: RegExp
  readonly fixedLength: number
}

/** A function that says messages made from these templates in the language of `say`. */
export function createSentences(templates: readonly string[], say: SayTemplate): (message: string) => string {
  // Where several fit, the one with the most words of its own made it.
  const matchers = templates.map(toMatcher).sort((a, b) => b.fixedLength - a.fixedLength)
  const sentence = (message: string): string => {
    for (const { template, names, seams, pattern } of matchers) {
      const values = pattern.exec(message)?.slice(1)
      if (values === undefined) continue
      for (const seam of seams) moveSeam(values, seam)
      return say(template, Object.fromEntries(names.map((name, at) => [name, inner(values[at] ?? '')])))
    }
    return message
  }
  // A path before the seam may have spaces too: the next value begins where a sentence does.
  const moveSeam = (values: string[], seam: number): void => {
    const words = values
      .slice(seam, seam + 2)
      .join(' ')
      .split(' ')
    const from = (at: number) => words.slice(at).join(' ')
    const start = words.findIndex((_, at) => at > 0 && sentence(from(at)) !== from(at))
    if (start !== -1) values.splice(seam, 2, words.slice(0, start).join(' '), from(start))
  }
  // A value may be a sentence itself, or list some: `webgpu: why; cuda: why`.
  const inner = (value: string): string => {
    const whole = sentence(value)
    if (whole !== value) return whole
    return value
      .split('; ')
      .map((item) => item.replace(/^(\w+: )(.+)$/s, (_, name: string, why: string) => name + sentence(why)))
      .join('; ')
  }
  return sentence
}

function toMatcher(template: string): Matcher {
  // Words and names by turns.
  const parts = template.split(/\{\{(\w+)\}\}/)
  const words = parts.filter((_, at) => at % 2 === 0)
  return {
    template,
    names: parts.filter((_, at) => at % 2 === 1),
    seams: words.flatMap((word, at) => (word === ' ' && at > 0 && at < words.length - 1 ? [at - 1] : [])),
    pattern: new RegExp(`^${words.map(escapeRegExp).join('(.*?)')}$`, 's'),
    fixedLength: words.join('').length,
  }
}

const escapeRegExp = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&')
