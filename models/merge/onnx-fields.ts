// Protobuf messages as lists of fields whose bytes are left alone, so that unknown fields are kept as they are.

export interface Field {
  readonly number: number
  /** The whole field with its tag. */
  readonly bytes: Uint8Array
  /** What is in it, where it is a message, text or bytes. */
  readonly content: Uint8Array
}

const empty: Uint8Array = new Uint8Array()

/** The fields of a message, in order. Throws RangeError where `message` is not protobuf. */
export function* readFields(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]
      if (byte === undefined) throw new RangeError('the message ends within a field')
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const begin = at
    const tag = varint()
    let content: Uint8Array = empty
    const wireType = tag % 8
    if (wireType === 0) varint()
    else if (wireType === 1) at += 8
    else if (wireType === 5) at += 4
    else if (wireType === 2) {
      const length = varint()
      content = message.subarray(at, at + length)
      at += length
    } else throw new RangeError(`wire type ${wireType} is not known`)
    if (at > message.length) throw new RangeError('the message ends within a field')
    yield { number: Math.floor(tag / 8), bytes: message.subarray(begin, at), content }
  }
}

/** The tag and the length that stand before a message of this many bytes. */
export function messageHeader(fieldNumber: number, length: number): Uint8Array {
  const bytes: number[] = []
  for (const value of [fieldNumber * 8 + 2, length]) {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    bytes.push(rest)
  }
  return Uint8Array.from(bytes)
}
