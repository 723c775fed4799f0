// Expectations about messages go by what they say in English.
import { english, type Message } from '../../electron/texts/message.ts'

interface Matcher {
  asymmetricMatch(actual: unknown): boolean
}

/** Equals a message that says this in English; takes a text or a matcher such as `expect.stringContaining`. */
export function saying(expected: unknown): Message {
  const matcher = {
    asymmetricMatch(actual: unknown): boolean {
      if (typeof actual !== 'object' || actual === null || !('template' in actual)) return false
      const said = english(actual as Message)
      return typeof expected === 'string' ? said === expected : (expected as Matcher).asymmetricMatch(said)
    },
    toString: () => 'Saying',
    $$typeof: Symbol.for('jest.asymmetricMatcher'),
    toAsymmetricMatcher: () => `Saying<${String(expected)}>`,
  }
  return matcher as unknown as Message
}
