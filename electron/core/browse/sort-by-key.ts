// Sorts numbers by keys of their own: a radix sort, since 100,000 comparisons in JavaScript take too long for a click.

const digitBits = 16
const digitValues = 1 << digitBits

/** Returns `ids` by ascending `keys`, none of which is NaN; stable for equal keys. */
export function sortByKey(ids: Int32Array, keys: Float64Array): Int32Array {
  const count = ids.length
  let from = new Uint32Array(count)
  for (let i = 0; i < count; i++) from[i] = i
  let to = new Uint32Array(count)
  // The keys move along, so that each pass reads them in a row: at a million, looking each up takes twice as long.
  let fromKeys = toSortable(keys)
  let toKeys = new Uint32Array(2 * count)
  const starts = new Uint32Array(digitValues)
  // Little-endian: the low half of each key comes first.
  for (let pass = 0; pass < 4; pass++) {
    const half = pass >> 1
    const shift = (pass & 1) * digitBits
    starts.fill(0)
    for (let at = half; at < 2 * count; at += 2) {
      const digit = ((fromKeys[at] ?? 0) >>> shift) & (digitValues - 1)
      starts[digit] = (starts[digit] ?? 0) + 1
    }
    // Dates and scores agree in some digits; such a pass would move nothing.
    if (starts.includes(count)) continue
    let sum = 0
    for (let digit = 0; digit < digitValues; digit++) {
      const before = sum
      sum += starts[digit] ?? 0
      starts[digit] = before
    }
    for (let i = 0; i < count; i++) {
      const digit = ((fromKeys[2 * i + half] ?? 0) >>> shift) & (digitValues - 1)
      const position = starts[digit] ?? 0
      starts[digit] = position + 1
      to[position] = from[i] ?? 0
      toKeys[2 * position] = fromKeys[2 * i] ?? 0
      toKeys[2 * position + 1] = fromKeys[2 * i + 1] ?? 0
    }
    ;[from, to] = [to, from]
    ;[fromKeys, toKeys] = [toKeys, fromKeys]
  }
  const sorted = new Int32Array(count)
  for (let i = 0; i < count; i++) sorted[i] = ids[from[i] ?? 0] ?? 0
  return sorted
}

/** The bits of floats as integers that sort alike: the sign is flipped, and for negative ones all other bits too. */
function toSortable(keys: Float64Array): Uint32Array<ArrayBuffer> {
  const copy = new Float64Array(keys.length)
  // Adding zero makes -0 and 0 equal.
  for (let i = 0; i < keys.length; i++) copy[i] = (keys[i] ?? 0) + 0
  const halves = new Uint32Array(copy.buffer)
  for (let high = 1; high < halves.length; high += 2) {
    const bits = halves[high] ?? 0
    if (bits >>> 31 === 0) halves[high] = bits | 0x80000000
    else {
      halves[high] = ~bits
      halves[high - 1] = ~(halves[high - 1] ?? 0)
    }
  }
  return halves
}
