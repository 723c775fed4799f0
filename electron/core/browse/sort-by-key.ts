// Sorts numbers by keys of their own: a radix sort, since a million comparisons in JavaScript take too long for a click.

const digitBits = 11
const digitValues = 1 << digitBits
/** Three digits hold the 32 bits of a code. */
const digits = 3
/** Codes of infinite keys; those of finite ones are between. */
const [lowest, highest] = [0, 0xffffffff]

/**
 * Returns `ids` by ascending `keys`, none of which is NaN; stable for equal keys. Keys become codes of 32 bits, spread over the
 * range that they have, so that dates differ by milliseconds and scores by a billionth; what shares a code is then compared.
 */
export function sortByKey(ids: Int32Array, keys: Float64Array): Int32Array {
  const positions = sortByCode(codesOf(keys))
  orderWithinCodes(positions.order, positions.codes, keys)
  const sorted = new Int32Array(ids.length)
  for (let i = 0; i < ids.length; i++) sorted[i] = ids[positions.order[i] ?? 0] ?? 0
  return sorted
}

/** Whole numbers in the order of the keys; keys that differ by little may have the same. */
function codesOf(keys: Float64Array): Uint32Array<ArrayBuffer> {
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0
    if (key < low && key !== -Infinity) low = key
    if (key > high && key !== Infinity) high = key
  }
  const range = high - low
  // No code tells keys apart whose range is beyond all numbers.
  const factor = range > 0 && Number.isFinite(range) ? (highest - lowest - 2) / range : 0
  const codes = new Uint32Array(keys.length)
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0
    if (key === Infinity) codes[i] = highest
    else if (key === -Infinity) codes[i] = lowest
    else codes[i] = factor === 0 ? 1 : Math.min(highest - 1, 1 + Math.floor((key - low) * factor))
  }
  return codes
}

/** Returns the positions of the codes in ascending order, and the codes in that order; stable. */
function sortByCode(unsorted: Uint32Array<ArrayBuffer>): {
  readonly order: Uint32Array
  readonly codes: Uint32Array
} {
  const count = unsorted.length
  let order = new Uint32Array(count)
  let nextOrder = new Uint32Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  // The codes move along, so that each pass reads them in a row: at a million, looking each up takes twice as long.
  let codes = unsorted
  let nextCodes = new Uint32Array(count)
  const starts = new Uint32Array(digits * digitValues)
  for (let i = 0; i < count; i++) {
    const code = codes[i] ?? 0
    for (let digit = 0; digit < digits; digit++) {
      const at = digit * digitValues + ((code >>> (digit * digitBits)) & (digitValues - 1))
      starts[at] = (starts[at] ?? 0) + 1
    }
  }
  for (let digit = 0; digit < digits; digit++) {
    const shift = digit * digitBits
    const next = starts.subarray(digit * digitValues, (digit + 1) * digitValues)
    // Such a pass would move nothing.
    if (next.includes(count)) continue
    for (let value = 0, sum = 0; value < digitValues; value++) {
      const here = next[value] ?? 0
      next[value] = sum
      sum += here
    }
    for (let i = 0; i < count; i++) {
      const code = codes[i] ?? 0
      const value = (code >>> shift) & (digitValues - 1)
      const position = next[value] ?? 0
      next[value] = position + 1
      nextOrder[position] = order[i] ?? 0
      nextCodes[position] = code
    }
    ;[order, nextOrder] = [nextOrder, order]
    ;[codes, nextCodes] = [nextCodes, codes]
  }
  return { order, codes }
}

/** Sorts each run of positions with one code by their keys, where these differ. */
function orderWithinCodes(order: Uint32Array, codes: Uint32Array, keys: Float64Array): void {
  for (let to, from = 0; from < order.length; from = to) {
    const code = codes[from]
    to = from + 1
    if (codes[to] !== code) continue
    const key = keys[order[from] ?? 0]
    let isOfOneKey = true
    for (; codes[to] === code; to++) if (keys[order[to] ?? 0] !== key) isOfOneKey = false
    if (!isOfOneKey) order.subarray(from, to).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
  }
}
