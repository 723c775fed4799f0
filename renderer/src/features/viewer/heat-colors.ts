// The colours of the heat map: dark and clear where the model hardly looked, bright and covering where it did.

type Color = readonly [red: number, green: number, blue: number, alpha: number]

// From violet over red to yellow: lightness grows all the way, so it also reads without colours.
const stops: readonly Color[] = [
  [40, 11, 84, 0],
  [101, 21, 110, 90],
  [188, 55, 84, 140],
  [245, 125, 21, 170],
  [252, 233, 120, 190],
]

/** For a value 0..1: red, green, blue and alpha, each 0..255. */
export function heatColor(value: number): Color {
  const place = Math.min(1, Math.max(0, value)) * (stops.length - 1)
  const below = Math.min(stops.length - 2, Math.floor(place))
  const [from, to] = [stops[below], stops[below + 1]]
  if (from === undefined || to === undefined) return [0, 0, 0, 0]
  const mix = (a: number, b: number) => Math.round(a + (b - a) * (place - below))
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2]), mix(from[3], to[3])]
}
