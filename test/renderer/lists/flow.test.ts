// Rows of photos that keep their shape, with and without headings.
import { describe, expect, it } from 'vitest'
import { indexesBetween } from '../../../renderer/src/grid/band.ts'
import { placesIn, type RowFlow } from '../../../renderer/src/lists/flow.ts'
import {
  firstOf,
  moveCursor,
  photoLayout,
  rowAt,
  rowOf,
  rowTop,
  rowTopPx,
  scrollToKeep,
  scrollToShow,
  visibleRows,
  type GridLayout,
} from '../../../renderer/src/lists/layout.ts'

const space = { widthPx: 1008, heightPx: 700, tileSizePx: 160, captionPx: 40, gapPx: 8, listRowPx: null }
const innerPx = 1008 - 2 * 8
const shapes = [1500, 667, 1333, 1778, 0, 1000, 750, 2400, 667, 1500, 90, 12_000]
/** Without chance: the same photos in every run. */
const ratiosOf = (total: number) =>
  Uint16Array.from({ length: total }, (_, i) => shapes[(i * i + 3 * i) % 12] ?? 0)
const layoutOf = (total: number, sections: readonly number[] = []) =>
  photoLayout({ ...space, total, ratios: ratiosOf(total), sections })

function flowOf({ flow }: GridLayout): RowFlow {
  if (flow === null) throw new Error('rows are all alike')
  return flow
}

const rowWidth = (flow: RowFlow, row: number): number => {
  const last = placesIn(flow, row).at(-1)
  return last === undefined ? 0 : last.leftPx + last.widthPx
}

describe('rows of photos of different shapes', () => {
  it('hold each photo once, in order', () => {
    const flow = flowOf(layoutOf(997))
    const indexes = Array.from({ length: flow.rows }, (_, row) =>
      placesIn(flow, row).map((_place, place) => (flow.firsts[row] ?? 0) + place),
    ).flat()
    expect(indexes).toEqual(Array.from({ length: 997 }, (_, index) => index))
  })

  it('fill the width to the pixel, the last one aside', () => {
    for (const total of [40, 997]) {
      const flow = flowOf(layoutOf(total))
      for (let row = 0; row < flow.rows - 1; row++) expect(rowWidth(flow, row)).toBe(innerPx)
      expect(rowWidth(flow, flow.rows - 1)).toBeLessThanOrEqual(innerPx)
    }
    const short = flowOf(layoutOf(2))
    expect(rowWidth(short, 0)).toBeLessThan(innerPx / 2)
  })

  it('have about the height that is wanted, and photos their shape', () => {
    const flow = flowOf(layoutOf(997))
    const ratios = ratiosOf(997)
    for (let row = 0; row < flow.rows; row++) {
      const heightPx = flow.heightsPx[row] ?? 0
      expect(heightPx).toBeGreaterThan(154 * 0.6)
      expect(heightPx).toBeLessThan(154 * 1.6)
      for (const [place, { widthPx }] of placesIn(flow, row).entries()) {
        const ratio = ratios[(flow.firsts[row] ?? 0) + place] ?? 0
        const shown = ratio === 0 ? 1.5 : Math.min(4, Math.max(0.4, ratio / 1000))
        expect(Math.abs(widthPx - 6 - shown * heightPx)).toBeLessThanOrEqual(1)
      }
    }
  })

  it('are found by the place in the content, also among 100,000 photos', () => {
    const layout = layoutOf(100_000)
    for (let row = 0; row < layout.rows; row += 97) {
      expect(rowAt(layout, rowTopPx(layout, row))).toBe(row)
      expect(rowAt(layout, rowTopPx(layout, row + 1) - 1)).toBe(row)
      expect(rowOf(layout, firstOf(layout, row))).toBe(row)
      expect(rowOf(layout, firstOf(layout, row + 1) - 1)).toBe(row)
    }
  })

  it('cover the window wherever it is scrolled, with as many rows everywhere', () => {
    const layout = layoutOf(997, [0, 10, 500])
    const { first, end } = visibleRows(layout, 0, 0)
    for (let scrollTop = 0; scrollTop < layout.contentPx; scrollTop += 37) {
      const range = visibleRows(layout, scrollTop, 0)
      expect(range.end - range.first).toBe(end - first)
      expect(rowTop(layout, range.first, scrollTop)).toBeLessThanOrEqual(Math.max(8, scrollTop))
      const bottom = Math.min(scrollTop + layout.viewportPx, layout.contentPx)
      expect(rowTop(layout, range.end, scrollTop)).toBeGreaterThanOrEqual(bottom)
    }
  })
})

describe('keys among rows that differ', () => {
  const layout = layoutOf(200)
  const flow = flowOf(layout)
  const centreOf = (index: number) => {
    const row = rowOf(layout, index)
    const place = placesIn(flow, row)[index - firstOf(layout, row)]
    return place === undefined ? 0 : place.leftPx + place.widthPx / 2
  }

  it('lead to the photo of the next row whose centre is nearest', () => {
    for (let index = 0; index < firstOf(layout, layout.rows - 1); index++) {
      const next = moveCursor(layout, 200, index, 'ArrowDown') ?? -1
      const row = rowOf(layout, index) + 1
      expect(rowOf(layout, next)).toBe(row)
      const distance = Math.abs(centreOf(next) - centreOf(index))
      for (let other = firstOf(layout, row); other < firstOf(layout, row + 1); other++)
        expect(Math.abs(centreOf(other) - centreOf(index))).toBeGreaterThanOrEqual(distance)
    }
  })

  it('stay at the first and the last row, and go to the ends and by pages', () => {
    expect(moveCursor(layout, 200, 1, 'ArrowUp')).toBe(1)
    expect(moveCursor(layout, 200, 199, 'ArrowDown')).toBe(199)
    expect(moveCursor(layout, 200, 90, 'ArrowRight')).toBe(91)
    expect(moveCursor(layout, 200, 90, 'Home')).toBe(0)
    expect(moveCursor(layout, 200, 90, 'End')).toBe(199)
    const down = moveCursor(layout, 200, 90, 'PageDown') ?? 0
    const movedPx = rowTopPx(layout, rowOf(layout, down)) - rowTopPx(layout, rowOf(layout, 90))
    expect(movedPx).toBeGreaterThan(350)
    expect(movedPx).toBeLessThanOrEqual(700)
    expect(moveCursor(layout, 200, 1, 'PageUp')).toBe(0)
    expect(moveCursor(layout, 200, 198, 'PageDown')).toBe(199)
    expect(moveCursor(layout, 200, 90, 'Enter')).toBeNull()
  })
})

describe('the largest tiles', () => {
  it('fit the window with caption and heading, also where one photo fills a row almost', () => {
    for (const sections of [[], [0, 2]]) {
      const ratios = Uint16Array.of(1000, 4000, 667, 1500, 1333)
      const layout = photoLayout({ ...space, tileSizePx: 512, heightPx: 500, total: 5, ratios, sections })
      for (let row = 0; row < layout.rows; row++)
        expect(rowTopPx(layout, row + 1) - rowTopPx(layout, row)).toBeLessThanOrEqual(500 - 8)
    }
  })
})

describe('a section with a heading', () => {
  it('begins a row of its own, which has room for the heading, in both layouts', () => {
    for (const ratios of [null, ratiosOf(60)]) {
      const layout = photoLayout({ ...space, total: 60, ratios, sections: [0, 7, 8] })
      const flow = flowOf(layout)
      for (const [section, from] of [0, 7, 8].entries()) {
        const row = rowOf(layout, from)
        expect(firstOf(layout, row)).toBe(from)
        expect(flow.sectionOfRow[row]).toBe(section)
        const pictureHeightPx = Math.floor(flow.heightsPx[row] ?? 0) + 6
        expect(rowTopPx(layout, row + 1) - rowTopPx(layout, row)).toBe(36 + pictureHeightPx + 40 + 8)
      }
      expect([...flow.sectionOfRow].filter((section) => section >= 0)).toEqual([0, 1, 2])
    }
  })

  it('is no part of lists of text', () => {
    const list = photoLayout({ ...space, listRowPx: 36, total: 60, ratios: ratiosOf(60), sections: [0, 7] })
    expect(list.flow).toBeNull()
  })
})

describe('scrolling among rows that differ', () => {
  it('shows a photo with its heading, and no more than needed', () => {
    const layout = layoutOf(200, [0, 90])
    const row = rowOf(layout, 90)
    expect(scrollToShow(layout, 90, 1e6)).toBeLessThanOrEqual(rowTopPx(layout, row))
    expect(scrollToShow(layout, 90, 0)).toBe(rowTopPx(layout, row + 1) - 700)
  })

  it('keeps a photo where it is when shapes before it become known', () => {
    const before = photoLayout({ ...space, total: 200, ratios: new Uint16Array(200) })
    const after = layoutOf(200)
    const scrollTopPx = rowTopPx(before, rowOf(before, 120)) + 33
    const kept = scrollToKeep({ layout: before, scrollTopPx, index: 120 }, after, 120)
    expect(kept).toBe(rowTopPx(after, rowOf(after, 120)) + 33)
  })
})

it('a rectangle over such rows touches the photos it lies on, and not the heading above them', () => {
  const layout = layoutOf(60, [0, 20])
  const flow = flowOf(layout)
  const between = (x1: number, y1: number, x2: number, y2: number) =>
    indexesBetween(layout, 60, { xPx: x1, yPx: y1 }, { xPx: x2, yPx: y2 })
  expect(between(0, 0, 2000, layout.contentPx)).toEqual(Array.from({ length: 60 }, (_, index) => index))
  expect(between(0, 0, 2000, 8 + 35)).toEqual([])
  const [first, second] = placesIn(flow, 0)
  if (first === undefined || second === undefined) throw new Error('one photo in a row')
  expect(between(10, 60, 8 + first.widthPx + 4, 70)).toEqual([0])
  expect(between(8 + second.leftPx, 60, 8 + second.leftPx + 1, 70)).toEqual([1])
})
