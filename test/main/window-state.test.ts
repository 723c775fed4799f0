// The window opens where it was, unless nobody could see it there.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readWindowState, writeWindowState } from '../../electron/main/window-state.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const left = { x: 0, y: 0, width: 1920, height: 1080 }
const right = { x: 1920, y: 0, width: 1280, height: 1024 }
const state = { x: 2000, y: 100, width: 900, height: 700, isMaximized: false }

test('restores the state that was written', () => {
  const file = path.join(tempFolder(), 'window.json')
  writeWindowState(file, state)
  expect(readWindowState(file, [left, right])).toEqual(state)
})

test.each([
  ['the screen is gone', state, [left]],
  ['only a sliver would show', { ...state, x: 1880 }, [left]],
  ['the title bar is above the screen', { ...state, x: 0, y: -40 }, [left]],
  ['the title bar is below the screen', { ...state, x: 0, y: 1070 }, [left]],
])('forgets it when %s', (_why, written, screens) => {
  const file = path.join(tempFolder(), 'window.json')
  writeWindowState(file, written)
  expect(readWindowState(file, screens)).toBeNull()
})

test.each(['', '{', '{"x":0}', '{"x":0,"y":0,"width":1,"height":1,"isMaximized":false}'])(
  'forgets what it cannot read: %j',
  (text) => {
    const file = path.join(tempFolder(), 'window.json')
    writeFileSync(file, text)
    expect(readWindowState(file, [left])).toBeNull()
  },
)

test('a place that cannot be written is no error', () => {
  const file = path.join(tempFolder(), 'absent', 'window.json')
  writeWindowState(file, state)
  expect(readWindowState(file, [left])).toBeNull()
})
