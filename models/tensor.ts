// What the tensors of every format have in common: a shape, and little-endian bytes.

/** How many elements a tensor of this shape has; 1 for a scalar, whose shape is []. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}

/** The bytes of a typed array, not copied. All platforms that we support are little-endian, as safetensors and ONNX are. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
