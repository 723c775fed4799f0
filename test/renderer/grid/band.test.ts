// The rectangle over the grid: what it touches, and when the grid scrolls.
import { describe, expect, it } from 'vitest'
import { indexesIn, scrollSpeed, tilesBetween } from '../../../renderer/src/grid/band.ts'
import { gridLayout } from '../../../renderer/src/lists/layout.ts'

// Five columns, 200 px apart; rows 240 px apart; a tile is 192 x 232 px and begins at 8, 8.
const space = { widthPx: 1008, heightPx: 700, tileSizePx: 160, captionPx: 40, gapPx: 8, listRowPx: null }
const layout = gridLayout({ ...space, total: 98 })
const between = (x1: number, y1: number, x2: number, y2: number) =>
  tilesBetween(layout, { xPx: x1, yPx: y1 }, { xPx: x2, yPx: y2 })
const block = (firstRow: number, endRow: number, firstColumn: number, endColumn: number) => ({
  firstRow,
  endRow,
  firstColumn,
  endColumn,
})

describe('tilesBetween', () => {
  it('touches a tile from its first to its last pixel, whichever way it was drawn', () => {
    expect(between(0, 0, 8, 8)).toEqual(block(0, 1, 0, 1))
    expect(between(0, 0, 7, 8)).toBeNull()
    expect(between(0, 0, 8, 7)).toBeNull()
    expect(between(200, 240, 202, 242)).toEqual(block(0, 1, 0, 1))
    expect(between(201, 241, 207, 247)).toBeNull()
    expect(between(300, 300, 410, 490)).toEqual(block(1, 3, 1, 3))
    expect(between(410, 490, 300, 300)).toEqual(block(1, 3, 1, 3))
  })

  it('ends with the tiles, however far the pointer goes', () => {
    expect(between(-500, -500, 5000, 50_000)).toEqual(block(0, 20, 0, 5))
    expect(between(1001, 0, 1008, 50_000)).toBeNull()
    expect(between(0, 20 * 240 + 1, 1008, 90_000)).toBeNull()
    expect(
      tilesBetween(gridLayout({ ...space, total: 0 }), { xPx: 0, yPx: 0 }, { xPx: 9, yPx: 9 }),
    ).toBeNull()
  })

  it('agrees with the place of each tile, for many rectangles', () => {
    const edges = [-3, 0, 8, 150, 200, 201, 207, 208, 403, 610, 1001]
    for (const left of edges)
      for (const top of edges)
        for (const width of [0, 6, 9, 230]) {
          const found = between(left, top, left + width, top + width)
          const places = found === null ? [] : [...indexesIn(found, 5, 98)]
          const expected = Array.from({ length: 98 }, (_, place) => place).filter((place) => {
            const x = 8 + (place % 5) * 200
            const y = 8 + Math.floor(place / 5) * 240
            return x <= left + width && x + 192 >= left && y <= top + width && y + 232 >= top
          })
          expect(places).toEqual(expected)
        }
  })

  it('takes a hundred thousand photos, and rows of a list', () => {
    const large = gridLayout({ ...space, total: 100_000 })
    const all = tilesBetween(large, { xPx: 0, yPx: 0 }, { xPx: 1008, yPx: large.contentPx })
    expect(all).toEqual(block(0, 20_000, 0, 5))
    const list = gridLayout({ ...space, total: 10, listRowPx: 56 })
    expect(tilesBetween(list, { xPx: 500, yPx: 70 }, { xPx: 501, yPx: 130 })).toEqual(block(1, 3, 0, 1))
  })
})

describe('scrollSpeed', () => {
  it('is 0 inside, and grows towards and beyond the edges', () => {
    expect(scrollSpeed(350, 700)).toBe(0)
    expect(scrollSpeed(32, 700)).toBe(0)
    expect(scrollSpeed(668, 700)).toBe(0)
    expect(scrollSpeed(690, 700)).toBeGreaterThan(0)
    expect(scrollSpeed(720, 700)).toBeGreaterThan(scrollSpeed(690, 700))
    expect(scrollSpeed(10, 700)).toBeLessThan(0)
    expect(scrollSpeed(-900, 700)).toBe(-scrollSpeed(1600, 700))
  })
})
