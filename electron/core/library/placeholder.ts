// Files of a cloud drive that are not on this computer: reading one would download it.
import type { Stats } from 'node:fs'

/** NTFS keeps files of up to some 900 bytes within its own table, without a block. */
const leastBytes = 2048

/**
 * iCloud and OneDrive show such a file with its size, and with no block on the disk. Linux has no drives of this kind, but
 * has files with holes.
 */
export const isPlaceholder = ({ size, blocks }: Pick<Stats, 'size' | 'blocks'>): boolean =>
  (process.platform === 'darwin' || process.platform === 'win32') && size >= leastBytes && blocks === 0
