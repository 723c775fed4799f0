// Which digit key chooses which label in the review.
import { maxPinnedLabels } from '../../../../electron/common/pinned-labels.ts'

/** Suggestions count from 1. */
export interface DigitKeys {
  readonly suggested: readonly string[]
  /** Each with its digit. */
  readonly pinned: readonly { readonly name: string; readonly digit: number }[]
}

/**
 * Pinned labels keep the last digits, whatever is suggested: with three of them 7, 8 and 9. So the hand can learn
 * them. The suggestions have the digits before, from 1.
 */
export function assignDigits(suggestions: readonly string[], pinned: readonly string[]): DigitKeys {
  const kept = pinned.slice(0, maxPinnedLabels)
  const first = 10 - kept.length
  return {
    suggested: suggestions.slice(0, first - 1),
    pinned: kept.map((name, index) => ({ name, digit: first + index })),
  }
}

/** The label that a digit chooses; null for none. */
export function labelOfDigit({ suggested, pinned }: DigitKeys, digit: number): string | null {
  return suggested[digit - 1] ?? pinned.find((pin) => pin.digit === digit)?.name ?? null
}
