// How a model's weights are stored and its matrices multiplied.

/** `fp16` halves the file and computes in float32; `int8` also multiplies in 8 bits, see [Note: int8]. */
export type Precision = 'fp32' | 'fp16' | 'int8'
export const precisions: readonly Precision[] = ['fp32', 'fp16', 'int8']
