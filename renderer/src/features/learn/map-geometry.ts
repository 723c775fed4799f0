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

/** Well apart for the first labels, and the same for the same rank; null has none. */
export const labelColour = (rank: number | null, isDark: boolean): string => {
  if (rank === null) return isDark ? '#6d727b' : '#a8a8a3'
  const hue = Math.round((rank * 137.508) % 360)
  return `hsl(${hue} 65% ${isDark ? 64 : 42}%)`
}
