// Shares in the sentences that learning tells.

/** A share of 0..1 with so many digits after the point. One that is not nothing is never `0%`. */
export function percent(share: number, digits = 0): string {
  const least = 10 ** -digits
  return share > 0 && 100 * share < least / 2
    ? `<${least.toFixed(digits)}%`
    : `${(100 * share).toFixed(digits)}%`
}
