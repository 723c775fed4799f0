// A batch of photos and texts as the tensors that a ViLT's graph takes.
import type { ViltConfig } from './config.ts'

/** A photo's pixels [3, height, width], normalised; both sides are multiples of the patch. */
export interface ViltPhoto {
  readonly pixels: Float32Array
  readonly heightPx: number
  readonly widthPx: number
}

/** One text with one photo. */
export interface ViltPair {
  readonly photo: ViltPhoto
  /** Token ids, at most `maxTokens`. */
  readonly tokens: readonly number[]
  /** Whether it is the second photo of two about which one sentence is judged. */
  readonly isSecond?: boolean
}

/**
 * [Note: ViLT inputs] The graph takes patches, not pixels, and no position embeddings but how to mix them:
 * - `patches` [N, 1 + P, 3 * patchPx^2], a row of zeros for CLS and then the patches row by row; photos with fewer patches
 *   have zeros at the end. A convolution whose stride is its kernel is a matrix product with these rows, so photos of all
 *   shapes go together and none is padded to a rectangle. transformers picks the patches of a full photo in random order
 *   and fills up with masked ones, which changes nothing but rounding.
 * - `photo_mix` [N, 1 + P, 1 + gridSide^2 + photos]: the shares of the rows of the photo table (see `photoTable`) in
 *   each token: the CLS row, or up to four positions (bilinear, align_corners=True), and a modality.
 * - `tokens` [N, T], ids; shorter texts have zeros at the end.
 * - `mask` [N, T + 1 + P], 1 for what is there.
 */
export interface ViltInputs {
  readonly pairs: number
  readonly textTokens: number
  readonly photoTokens: number
  readonly tokens: BigInt64Array<ArrayBuffer>
  readonly patches: Float32Array<ArrayBuffer>
  readonly photoMix: Float32Array<ArrayBuffer>
  readonly mask: BigInt64Array<ArrayBuffer>
}

export const patchLength = ({ patchPx }: ViltConfig): number => 3 * patchPx * patchPx
export const tableRows = ({ gridSide, modalities }: ViltConfig): number => gridSide * gridSide + modalities

export function viltInputs(config: ViltConfig, pairs: readonly ViltPair[]): ViltInputs {
  const { patchPx } = config
  const patchesOf = ({ photo }: ViltPair) => (photo.heightPx / patchPx) * (photo.widthPx / patchPx)
  const textTokens = Math.max(...pairs.map(({ tokens }) => tokens.length))
  const photoTokens = 1 + Math.max(...pairs.map(patchesOf))
  const inputs: ViltInputs = {
    ...{ pairs: pairs.length, textTokens, photoTokens },
    tokens: new BigInt64Array(pairs.length * textTokens),
    patches: new Float32Array(pairs.length * photoTokens * patchLength(config)),
    photoMix: new Float32Array(pairs.length * photoTokens * tableRows(config)),
    mask: new BigInt64Array(pairs.length * (textTokens + photoTokens)),
  }
  pairs.forEach((pair, n) => {
    pair.tokens.forEach((id, i) => {
      inputs.tokens[n * textTokens + i] = BigInt(id)
    })
    const masked = inputs.mask.subarray(n * (textTokens + photoTokens), (n + 1) * (textTokens + photoTokens))
    masked.fill(1n, 0, pair.tokens.length)
    masked.fill(1n, textTokens, textTokens + 1 + patchesOf(pair))
    cutPatches(pair.photo, patchPx, inputs.patches, (n * photoTokens + 1) * patchLength(config))
    mixTable(config, pair, inputs.photoMix, n * photoTokens * tableRows(config))
  })
  return inputs
}

/** Writes the patches one after the other, each [3, patchPx, patchPx]. */
function cutPatches(photo: ViltPhoto, patchPx: number, target: Float32Array, offset: number): void {
  const { pixels, heightPx, widthPx } = photo
  let to = offset
  for (let top = 0; top < heightPx; top += patchPx) {
    for (let left = 0; left < widthPx; left += patchPx) {
      for (let channel = 0; channel < 3; channel++) {
        for (let y = top; y < top + patchPx; y++) {
          const from = (channel * heightPx + y) * widthPx + left
          target.set(pixels.subarray(from, from + patchPx), to)
          to += patchPx
        }
      }
    }
  }
}

function mixTable(config: ViltConfig, pair: ViltPair, target: Float32Array, offset: number): void {
  const { gridSide, patchPx } = config
  const rows = tableRows(config)
  const modality = rows - config.modalities + (pair.isSecond === true ? 2 : 1)
  target[offset] = 1
  target[offset + modality] = 1
  let at = offset + rows
  const down = bilinearTaps(gridSide, pair.photo.heightPx / patchPx)
  const across = bilinearTaps(gridSide, pair.photo.widthPx / patchPx)
  for (const vertical of down) {
    for (const horizontal of across) {
      for (const { index: row, weight: share } of vertical) {
        for (const { index: column, weight } of horizontal) {
          const entry = at + 1 + row * gridSide + column
          target[entry] = (target[entry] ?? 0) + share * weight
        }
      }
      target[at + modality] = 1
      at += rows
    }
  }
}

/** For each of `to` positions the one or two of `from` between which it lies; the ends are kept (align_corners=True). */
function bilinearTaps(from: number, to: number): { readonly index: number; readonly weight: number }[][] {
  return Array.from({ length: to }, (_, i) => {
    const position = to === 1 ? 0 : (i * (from - 1)) / (to - 1)
    const index = Math.min(Math.floor(position), from - 1)
    const weight = position - index
    return weight === 0
      ? [{ index, weight: 1 }]
      : [
          { index, weight: 1 - weight },
          { index: index + 1, weight },
        ]
  })
}
