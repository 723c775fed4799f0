// How far processes of Labelroom give way to what the user does.
import { setPriority } from 'node:os'

/** As `nice` has it; on Windows Node makes a priority class of it: "below normal". */
export const backgroundNice = 10

/** Of this process. A system that does not allow it keeps the priority that there is. */
export function lowerPriority(nice: number): void {
  try {
    setPriority(nice)
  } catch {
    // The work is done all the same.
  }
}
