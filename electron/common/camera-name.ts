// How a camera is called: EXIF has maker and model apart, and most models begin with their maker.

/**
 * `NIKON CORPORATION NIKON D50` is a `NIKON D50`, `SONY DSC-H2` stays.
 * @param shot maker and model as EXIF has them, with a space between.
 */
export function cameraName(shot: string): string {
  const words = shot.split(/\s+/u)
  const maker = words[0]?.toLowerCase() ?? ''
  const model = words.findIndex((word, at) => at > 0 && word.toLowerCase().startsWith(maker))
  return words.slice(Math.max(0, model)).join(' ')
}
