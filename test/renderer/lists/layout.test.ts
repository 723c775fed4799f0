// The geometry of the grid, at the sizes of real windows and at 100,000 photos.
import { describe, expect, it } from 'vitest'
import {
  contentTop,
  gridLayout,
  maxScrollHeightPx,
  moveCursor,
  rowTop,
  scrollToKeep,
  scrollTopFor,
  scrollToShow,
  visibleRows,
} from '../../../renderer/src/lists/layout.ts'

const space = {
  widthPx: 1008,
  heightPx: 700,
  tileSizePx: 160,
  captionPx: 40,
  gapPx: 8,
  total: 100,
  listRowPx: null,
}
// 1000 px for columns of 168: five; each then 200 wide with its gap.
const layout = gridLayout(space)

describe('gridLayout', () => {
  it('fills the row with whole columns', () => {
    expect(layout).toMatchObject({ columns: 5, tileWidthPx: 192, rowHeightPx: 240, rows: 20 })
    expect(layout.contentPx).toBe(20 * 240 + 8)
  })

  it('has one column at least, and no rows without photos', () => {
    expect(gridLayout({ ...space, widthPx: 90 })).toMatchObject({ columns: 1, rows: 100 })
    expect(gridLayout({ ...space, total: 0 })).toMatchObject({ rows: 0, contentPx: 0 })
    expect(gridLayout({ ...space, widthPx: 0, heightPx: 0 }).columns).toBe(1)
  })

  it('is one column of rows as a list', () => {
    expect(gridLayout({ ...space, listRowPx: 56 })).toMatchObject({ columns: 1, rows: 100, rowHeightPx: 56 })
  })

  it('never asks the browser for more height than it can lay out', () => {
    const tall = gridLayout({ ...space, widthPx: 530, tileSizePx: 512, total: 100_000 })
    expect(tall.contentPx).toBeGreaterThan(maxScrollHeightPx)
    expect(tall.scrollHeightPx).toBe(maxScrollHeightPx)
  })
})

describe('visibleRows', () => {
  it('covers the window and the rows around it, with as many rows everywhere', () => {
    // 700 px show three rows at most in part, and a fourth while they move.
    expect(visibleRows(layout, 0, 0)).toEqual({ first: 0, end: 4 })
    expect(visibleRows(layout, 1000, 2)).toEqual({ first: 2, end: 10 })
    expect(visibleRows(layout, 1e9, 1)).toEqual({ first: 14, end: 20 })
    for (let scrollTop = 0; scrollTop < layout.contentPx; scrollTop += 37) {
      const { first, end } = visibleRows(layout, scrollTop, 0)
      expect(end - first).toBe(4)
      expect(rowTop(layout, first, scrollTop)).toBeLessThanOrEqual(Math.max(scrollTop, layout.gapPx))
      const bottom = Math.min(scrollTop + layout.viewportPx, layout.contentPx)
      expect(rowTop(layout, end, scrollTop)).toBeGreaterThanOrEqual(bottom)
    }
  })

  it('shows all of a list that is shorter than the window', () => {
    expect(visibleRows(gridLayout({ ...space, total: 7 }), 0, 3)).toEqual({ first: 0, end: 2 })
  })

  it('shows the last row at the very end, also when heights are compressed', () => {
    const tall = gridLayout({ ...space, widthPx: 530, tileSizePx: 512, total: 100_000 })
    const bottom = tall.scrollHeightPx - tall.viewportPx
    expect(visibleRows(tall, bottom, 0).end).toBe(100_000)
    const lastTop = rowTop(tall, 99_999, bottom)
    expect(lastTop + tall.rowHeightPx).toBeCloseTo(tall.scrollHeightPx, 3)
  })
})

describe('rowTop', () => {
  it('is the place in the content where nothing is compressed', () => {
    expect(rowTop(layout, 3, 0)).toBe(8 + 3 * 240)
    expect(rowTop(layout, 3, 500)).toBe(8 + 3 * 240)
  })

  it('keeps compressed rows within the window', () => {
    const tall = gridLayout({ ...space, widthPx: 530, tileSizePx: 512, total: 100_000 })
    for (const scrollTop of [0, 3_000_000, 7_500_000, 14_999_300]) {
      const { first, end } = visibleRows(tall, scrollTop, 0)
      expect(rowTop(tall, first, scrollTop)).toBeLessThanOrEqual(scrollTop + tall.gapPx)
      expect(rowTop(tall, end, scrollTop)).toBeGreaterThanOrEqual(scrollTop + tall.viewportPx)
    }
  })

  it('goes back and forth between scrolling and content', () => {
    const tall = gridLayout({ ...space, widthPx: 530, tileSizePx: 512, total: 100_000 })
    expect(contentTop(tall, scrollTopFor(tall, 20_000_000))).toBeCloseTo(20_000_000, 0)
  })
})

describe('scrolling to a photo', () => {
  it('scrolls as little as needed', () => {
    expect(scrollToShow(layout, 7, 0)).toBe(0)
    expect(scrollToShow(layout, 15, 0)).toBe(8 + 4 * 240 - 700)
    expect(scrollToShow(layout, 0, 900)).toBe(0)
  })

  it('keeps a photo where it is when others come before it', () => {
    expect(scrollToKeep({ layout, scrollTopPx: 1000, index: 20 }, layout, 45)).toBe(1000 + 5 * 240)
    expect(scrollToKeep({ layout, scrollTopPx: 100, index: 20 }, layout, 0)).toBe(0)
  })
})

describe('moveCursor', () => {
  const move = (index: number, key: string) => moveCursor(layout, 98, index, key)

  it('moves by tiles, rows and pages', () => {
    expect(move(7, 'ArrowRight')).toBe(8)
    expect(move(7, 'ArrowUp')).toBe(2)
    expect(move(7, 'ArrowDown')).toBe(12)
    expect(move(7, 'PageDown')).toBe(17)
    expect(move(7, 'End')).toBe(97)
    expect(move(90, 'Home')).toBe(0)
  })

  it('stays within the list', () => {
    expect(move(3, 'ArrowUp')).toBe(3)
    expect(move(0, 'ArrowLeft')).toBe(0)
    expect(move(97, 'ArrowRight')).toBe(97)
    // Row 18 is full, row 19 has three: down from its gap leads to the last photo.
    expect(move(94, 'ArrowDown')).toBe(97)
    expect(move(96, 'ArrowDown')).toBe(96)
  })

  it('leaves other keys alone', () => {
    expect(move(3, 'Enter')).toBeNull()
    expect(moveCursor(layout, 0, 0, 'End')).toBeNull()
  })
})
