// Natural order of names: numbers by their value, ignoring case, folder by folder.

const zero = 48
const nine = 57
const slash = 47

const isDigit = (code: number): boolean => code >= zero && code <= nine

/** A slash sorts before everything else, so that a folder's contents precede its siblings. */
function weight(code: number): number {
  if (code === slash) return 0
  return code >= 65 && code <= 90 ? code + 32 : code
}

/**
 * Compares `a` and `b` from these positions on. Case is ignored for A to Z only: this sorts 100,000 files, and an exact
 * collation takes ten times as long.
 */
export function compareNames(a: string, b: string, fromA = 0, fromB = 0): number {
  let atA = fromA
  let atB = fromB
  while (atA < a.length && atB < b.length) {
    const codeA = a.charCodeAt(atA)
    const codeB = b.charCodeAt(atB)
    if (isDigit(codeA) && isDigit(codeB)) {
      const endA = digitsEnd(a, atA)
      const endB = digitsEnd(b, atB)
      const difference = compareDigits(a, b, skipZeros(a, atA, endA), skipZeros(b, atB, endB), endA, endB)
      if (difference !== 0) return difference
      atA = endA
      atB = endB
    } else {
      const difference = weight(codeA) - weight(codeB)
      if (difference !== 0) return difference
      atA++
      atB++
    }
  }
  const difference = a.length - atA - (b.length - atB)
  // `IMG_1` and `img_01` are equal up to here; the order must not depend on which comes first.
  return difference === 0 ? (a < b ? -1 : a > b ? 1 : 0) : difference
}

function digitsEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && isDigit(text.charCodeAt(end))) end++
  return end
}

function skipZeros(text: string, from: number, end: number): number {
  let at = from
  while (at < end - 1 && text.charCodeAt(at) === zero) at++
  return at
}

function compareDigits(
  a: string,
  b: string,
  fromA: number,
  fromB: number,
  endA: number,
  endB: number,
): number {
  if (endA - fromA !== endB - fromB) return endA - fromA - (endB - fromB)
  for (let i = 0; i < endA - fromA; i++) {
    const difference = a.charCodeAt(fromA + i) - b.charCodeAt(fromB + i)
    if (difference !== 0) return difference
  }
  return 0
}
