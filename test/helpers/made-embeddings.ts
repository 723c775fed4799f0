// Embeddings as like those of real photos as a formula makes them, for libraries that are larger than any we have.

/**
 * Shares of the variance, and its spread over directions, are those of the embeddings of 1,750 photos (250 of `objects`, 1,500 of
 * CIFAR-10), made by the bundled model and by ViT-Ti, and scaled to length 1. There the variance along principal axis k
 * falls like (1 + k / 25)^-2: 66 % lie in the first 47 (measured: 66 and 65 % within classes, 69 % of all), and the
 * participation ratio is 75 (70 within classes, 36 to 39 of all, 62 to 77 of `objects`). The mean has 0.2 of the squared length
 * (0.12 and 0.34), and a fifth of the variance lies between classes (0.19 and 0.21).
 */
const decay = 25
const meanShare = 0.2
const classShare = 0.2
/** Assumed, since these photos were not taken one after the other: photos of one occasion, and one in ten much like the one before. */
const sceneShare = 0.3
const photosOfScene = 20
const photosPerCopy = 10
/** How much of a copy's variance is its own; cosines to the photo before are about 0.92 to 0.996, more than half of them above 0.95. */
const [leastOwn, mostOwn] = [0.01, 0.2]
/** As of the bundled model. */
const length = 10

/** The axes of the embeddings are their principal axes: all that is measured here stays as it is when they are turned. */
export function createEmbedder(
  dim: number,
  random: () => number,
): (photoId: number, label: string) => Float32Array {
  const variances = Float64Array.from({ length: dim }, (_, k) => (1 + k / decay) ** -2)
  const total = variances.reduce((sum, variance) => sum + variance, 0)
  const deviations = variances.map((variance) => length * Math.sqrt(((1 - meanShare) * variance) / total))
  // Three uniform numbers make one that is nearly normal, of variance 1.
  const draw = () => deviations.map((deviation) => deviation * 2 * (random() + random() + random() - 1.5))
  const classes = new Map<string, Float64Array>()
  let scene: Float64Array = draw()
  let last: Float64Array = draw()
  return (photoId, label) => {
    if (photoId % photosOfScene === 0) scene = draw()
    const centre = classes.get(label) ?? draw()
    classes.set(label, centre)
    const own = draw()
    if (photoId % photosPerCopy === 1) {
      const share = leastOwn + (mostOwn - leastOwn) * random()
      last = mix([last, 1 - share], [own, share])
    } else last = mix([centre, classShare], [scene, sceneShare], [own, 1 - classShare - sceneShare])
    const embedding = Float32Array.from(last)
    embedding[0] = (embedding[0] ?? 0) + length * Math.sqrt(meanShare)
    return embedding
  }
}

/** Independent parts with these shares of the variance. */
function mix(...parts: readonly (readonly [Float64Array, number])[]): Float64Array {
  const sum = new Float64Array(parts[0]?.[0].length ?? 0)
  for (const [part, share] of parts) {
    const factor = Math.sqrt(share)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + factor * (part[i] ?? 0)
  }
  return sum
}

/**
 * The embedding, as float16, of another photo for each copy of a library. Half of the axes are mirrored, another half for each
 * copy: the copies vary in the same directions, have the same mean, and lie as far from each other as other classes do.
 */
export function otherEmbedding(vector: Uint8Array, copy: number): Uint8Array {
  const other = Uint8Array.from(vector)
  // Walsh functions: any two of them differ in half of the places. The first axis has the mean.
  for (let i = 1; 2 * i < other.length; i++)
    if (isOdd(i & copy)) other[2 * i + 1] = (other[2 * i + 1] ?? 0) ^ 0x80
  return other
}

function isOdd(bits: number): boolean {
  let count = 0
  for (let left = bits; left > 0; left &= left - 1) count++
  return count % 2 === 1
}
