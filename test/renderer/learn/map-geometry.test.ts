// The map's geometry: nothing moves under the pointer while zooming, and a lasso holds what it encloses.
import { expect, test } from 'vitest'
import {
  isInside,
  labelColour,
  nearestPoint,
  toCanvas,
  wholeViewport,
  zoomAt,
} from '../../../renderer/src/features/learn/map-geometry.ts'

test('the whole map fits the smaller side of the canvas', () => {
  const viewport = wholeViewport(800, 400)
  const corner = toCanvas({ x: 1, y: -1 }, viewport)
  expect(corner.x).toBeCloseTo(588)
  expect(corner.y).toBeCloseTo(12)
  expect(toCanvas({ x: 0, y: 0 }, viewport)).toEqual({ x: 400, y: 200 })
})

test('zooming leaves the point under the pointer where it is', () => {
  const before = wholeViewport(600, 600)
  const point = { x: 0.3, y: -0.7 }
  const at = toCanvas(point, before)
  const after = toCanvas(point, zoomAt(before, at, 2.5))
  expect(after.x).toBeCloseTo(at.x)
  expect(after.y).toBeCloseTo(at.y)
  expect(zoomAt(before, at, 2.5).scale).toBeCloseTo(before.scale * 2.5)
})

test('a lasso encloses points by the even-odd rule, concave shapes too', () => {
  const horseshoe = [
    { x: 0, y: 0 },
    { x: 9, y: 0 },
    { x: 9, y: 9 },
    { x: 6, y: 9 },
    { x: 6, y: 3 },
    { x: 3, y: 3 },
    { x: 3, y: 9 },
    { x: 0, y: 9 },
  ]
  expect(isInside({ x: 1, y: 8 }, horseshoe)).toBe(true)
  expect(isInside({ x: 8, y: 8 }, horseshoe)).toBe(true)
  expect(isInside({ x: 4.5, y: 8 }, horseshoe)).toBe(false)
  expect(isInside({ x: 4.5, y: 1 }, horseshoe)).toBe(true)
  expect(isInside({ x: 10, y: 1 }, horseshoe)).toBe(false)
  expect(isInside({ x: 1, y: 1 }, [])).toBe(false)
})

test('the first labels have different colours, and no label has the quiet one', () => {
  const colours = Array.from({ length: 12 }, (_, rank) => labelColour(rank, false))
  expect(new Set(colours).size).toBe(12)
  expect(labelColour(12, false)).toBe(labelColour(null, false))
  expect(labelColour(null, false)).not.toBe(labelColour(null, true))
})

test('the point under the pointer is the nearest one within reach', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 0.1, y: 0 },
  ]
  const viewport = { scale: 100, x: 50, y: 50 }
  expect(nearestPoint(points, viewport, { x: 58, y: 50 }, 12)).toBe(points[1])
  expect(nearestPoint(points, viewport, { x: 58, y: 80 }, 12)).toBeNull()
})
