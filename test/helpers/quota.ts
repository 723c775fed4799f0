// Makes the file system say that the user's quota is used up, which no test may bring about for real.
import fs from 'node:fs'
import { open } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { tempFolder } from './temp-folder.ts'

export const quotaError = (): Error =>
  Object.assign(new Error('EDQUOT: disk quota exceeded, write'), { code: 'EDQUOT', syscall: 'write' })

/** Until the test is over, nothing is appended to any file and nothing is copied. */
export async function useUpQuota(): Promise<void> {
  await using handle = await open(path.join(tempFolder(), 'any'), 'w')
  const prototype = Object.getPrototypeOf(handle) as typeof handle
  patch(prototype, 'appendFile', () => Promise.reject(quotaError()))
  for (const name of ['cp', 'writeFile'] as const)
    patch(fs.promises, name, () => Promise.reject(quotaError()))
}

/** Puts another function in the place of one of Node's, until the test is over. */
export function patch<T extends object>(owner: T, name: keyof T, value: unknown): void {
  const original = owner[name]
  owner[name] = value as T[keyof T]
  syncBuiltinESMExports()
  onTestFinished(() => {
    owner[name] = original
    syncBuiltinESMExports()
  })
}
