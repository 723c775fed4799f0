// Remembers where the window was, and puts it where the user can see it.
import { writeFileSync } from 'node:fs'
import { maxOwnFileBytes, readRegularSync } from '../common/open-file.ts'
import { z } from 'zod'
import { privateFileMode } from '../common/private-files.ts'

const WindowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(200),
  height: z.int().min(200),
  isMaximized: z.boolean(),
})
export type WindowState = z.infer<typeof WindowState>

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** As much of the title bar must be on a screen that it can be taken hold of. */
const graspablePx = 80

/** Null where nothing is remembered, or the screen that it was on is gone. */
export function readWindowState(file: string, screens: readonly Area[]): WindowState | null {
  try {
    const state = WindowState.parse(JSON.parse(readRegularSync(file, maxOwnFileBytes).toString()))
    return screens.some((screen) => isGraspable(state, screen)) ? state : null
  } catch {
    return null
  }
}

/** The middle of the title bar, or enough of one of its ends, lies on the screen. */
function isGraspable(state: WindowState, screen: Area): boolean {
  const visiblePx = Math.min(state.x + state.width, screen.x + screen.width) - Math.max(state.x, screen.x)
  return visiblePx >= graspablePx && state.y >= screen.y && state.y <= screen.y + screen.height - graspablePx
}

/** A state that cannot be written is forgotten; the window opens in the middle then. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state), { mode: privateFileMode })
  } catch {
    // Only a convenience is missing then.
  }
}
