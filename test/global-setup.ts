// Before all tests of Vitest.
import { warmInference } from './helpers/compile-cache.ts'

export function setup(): void {
  warmInference()
}
