// How often each brightness occurs in a picture, by colour.

export const histogramBins = 64

/** @param rgba as `ImageData` has it. Returns for red, green and blue the share of the largest bin, 0..1 each. */
export function histogram(rgba: Uint8ClampedArray): readonly (readonly number[])[] {
  const bins = [0, 1, 2].map(() => new Array<number>(histogramBins).fill(0))
  for (let at = 0; at + 3 < rgba.length; at += 4)
    for (const [colour, counts] of bins.entries()) {
      const bin = Math.floor(((rgba[at + colour] ?? 0) * histogramBins) / 256)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
  // Pure black and white, as of a frame, would flatten all else.
  const most = Math.max(1, ...bins.flatMap((counts) => counts.slice(1, -1)))
  return bins.map((counts) => counts.map((count) => Math.min(1, count / most)))
}
