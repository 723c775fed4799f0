// Geometry of the map: from the plane of the embeddings to the canvas, points in a lasso, and colours of labels.

export interface Point {
  readonly x: number
  readonly y: number
}

/** What part of the plane is on the canvas: `scale` pixels per unit, the centre of the plane at `x`, `y`. */
export interface Viewport {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** Shows all of -1..1 in both directions. */
export const wholeViewport = (width: number, height: number): Viewport => ({
  scale: (0.94 * Math.min(width, height)) / 2,
  x: width / 2,
  y: height / 2,
})

export const toCanvas = (point: Point, { scale, x, y }: Viewport): Point => ({
  x: x + point.x * scale,
  y: y + point.y * scale,
})

/** The viewport after zooming by `factor`, with the plane standing still under `at`. */
export const zoomAt = (viewport: Viewport, at: Point, factor: number): Viewport => ({
  scale: viewport.scale * factor,
  x: at.x + (viewport.x - at.x) * factor,
  y: at.y + (viewport.y - at.y) * factor,
})

/** Even-odd rule; `polygon` closes by itself. */
export function isInside(point: Point, polygon: readonly Point[]): boolean {
  let inside = false
  let last = polygon.at(-1)
  for (const corner of polygon) {
    if (last !== undefined && corner.y > point.y !== last.y > point.y) {
      const crossing = ((last.x - corner.x) * (point.y - corner.y)) / (last.y - corner.y) + corner.x
      if (point.x < crossing) inside = !inside
    }
    last = corner
  }
  return inside
}

/** As many as the eye tells apart, for the light and the dark ground. */
const palette: readonly (readonly [light: string, dark: string])[] = [
  ['#1f6fd6', '#6ba8ff'],
  ['#c2410c', '#ff9250'],
  ['#15803d', '#4ecb7b'],
  ['#b91c5c', '#ff7fb0'],
  ['#7c3aed', '#b493ff'],
  ['#8a6100', '#e6bb3c'],
  ['#0e7490', '#3fc6e0'],
  ['#b42318', '#ff6b60'],
  ['#4d7c0f', '#a7d64a'],
  ['#9c27b0', '#e58bf5'],
  ['#6b4226', '#c9956b'],
  ['#334e9e', '#93a8f0'],
]

/** The labels of most photos each have one; all others, and photos without a label, share a grey. */
export const labelColour = (rank: number | null, isDark: boolean): string =>
  palette[rank ?? -1]?.[isDark ? 1 : 0] ?? (isDark ? '#6d727b' : '#a8a8a3')

/** The point nearest to a place of the canvas, where one is within reach. */
export function nearestPoint<P extends Point>(
  points: readonly P[],
  viewport: Viewport,
  { x, y }: Point,
  reachPx: number,
): P | null {
  let [nearest, least]: [P | null, number] = [null, reachPx]
  for (const point of points) {
    const at = toCanvas(point, viewport)
    const distance = Math.hypot(at.x - x, at.y - y)
    if (distance <= least) [nearest, least] = [point, distance]
  }
  return nearest
}
