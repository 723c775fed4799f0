// Sorts numbers by keys of their own: a radix sort, since 100,000 comparisons in JavaScript take too long for a click.

const digitBits = 16
const digitValues = 1 << digitBits

/** `ids` in the rising order of `keys`, which are no NaN; equal keys keep the order of `ids`. */
export function sortByKey(ids: Int32Array, keys: Float64Array): Int32Array {
  const halves = new Uint32Array(toSortable(keys).buffer)
  let from = Uint32Array.from(ids, (_, index) => index)
  let to = new Uint32Array(ids.length)
  const starts = new Uint32Array(digitValues)
  // Little-endian: the low half of each key comes first.
  for (let pass = 0; pass < 4; pass++) {
    const half = pass >> 1
    const shift = (pass & 1) * digitBits
    const digitOf = (index: number) => ((halves[2 * index + half] ?? 0) >>> shift) & (digitValues - 1)
    starts.fill(0)
    for (const index of from) {
      const digit = digitOf(index)
      starts[digit] = (starts[digit] ?? 0) + 1
    }
    let sum = 0
    for (let digit = 0; digit < digitValues; digit++) {
      const count = starts[digit] ?? 0
      starts[digit] = sum
      sum += count
    }
    for (const index of from) {
      const digit = digitOf(index)
      const place = starts[digit] ?? 0
      to[place] = index
      starts[digit] = place + 1
    }
    ;[from, to] = [to, from]
  }
  return Int32Array.from(from, (index) => ids[index] ?? 0)
}

/** The bits of floats as integers that sort alike: the sign is flipped, and for negative ones all other bits too. */
function toSortable(keys: Float64Array): Float64Array {
  // Adding zero makes -0 and 0 equal.
  const copy = keys.map((key) => key + 0)
  const halves = new Uint32Array(copy.buffer)
  for (let high = 1; high < halves.length; high += 2) {
    const bits = halves[high] ?? 0
    if (bits >>> 31 === 0) halves[high] = (bits | 0x80000000) >>> 0
    else {
      halves[high] = ~bits >>> 0
      halves[high - 1] = ~(halves[high - 1] ?? 0) >>> 0
    }
  }
  return copy
}
