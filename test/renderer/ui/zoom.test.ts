// Zooming and panning in the viewer.
import { expect, it } from 'vitest'
import { clampPan, fitInto, fitted, zoomAt } from '../../../renderer/src/ui/zoom.ts'

const scales = { min: 1, max: 8 }
const stage = { width: 800, height: 600 }

it('a photo fits the stage, and a small one is enlarged to it', () => {
  expect(fitInto({ width: 4000, height: 2000 }, stage)).toEqual({ width: 800, height: 400 })
  expect(fitInto({ width: 1000, height: 2000 }, stage)).toEqual({ width: 300, height: 600 })
  expect(fitInto({ width: 100, height: 50 }, stage)).toEqual({ width: 800, height: 400 })
  expect(fitInto({ width: 0, height: 0 }, stage)).toEqual({ width: 0, height: 0 })
})

it('zooming keeps the point under the pointer in place', () => {
  const zoomed = zoomAt(fitted, 2, { x: 100, y: -50 }, scales)
  expect(zoomed).toEqual({ scale: 2, x: -100, y: 50 })
  // The photo's point that was at 100 is at 100 again: its offset doubled, and the centre moved by -100.
  expect(zoomed.x + 2 * 100).toBe(100)
})

it('zoom stays between fitting, or the own pixels of a small photo, and the limit', () => {
  expect(zoomAt(fitted, 0.1, { x: 0, y: 0 }, scales).scale).toBe(1)
  expect(zoomAt(fitted, 0.1, { x: 0, y: 0 }, { min: 0.25, max: 8 }).scale).toBe(0.25)
  expect(zoomAt({ scale: 6, x: 0, y: 0 }, 4, { x: 0, y: 0 }, scales).scale).toBe(8)
})

it('panning keeps the photo on the stage', () => {
  const fit = { width: 800, height: 400 }
  expect(clampPan({ scale: 1, x: 50, y: 50 }, fit, stage)).toEqual(fitted)
  expect(clampPan({ scale: 2, x: 900, y: -900 }, fit, stage)).toEqual({ scale: 2, x: 400, y: -100 })
})
