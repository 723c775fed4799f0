// Which label a field may offer for many photos at once: only one that most of them have, or that the user gave to alike ones.

/** With fewer, a wrong label would go to more photos than anyone would notice. */
export const minShare = 0.6

/** `share` of the photos have the label, confirmed or suggested; `nearest` is what the user said of a similar photo. */
export function likelyLabel(label: string | null, share: number, nearest: string | null = null): string {
  return (share >= minShare ? label : null) ?? nearest ?? ''
}
