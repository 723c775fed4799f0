// The header of an SQLite file, by which a library of Labelroom is known whatever its name, and the files beside it.

/** 'LbRm' in the header of every library, by which `file` and this program know it. */
export const applicationId = 0x4c62526d

/** SQLite's header is this long. */
export const headerBytes = 100

/** Endings of the files that SQLite creates beside a database. */
export const companionEndings = ['-wal', '-shm', '-journal'] as const

const magic = 'SQLite format 3\0'
const applicationIdOffset = 68

/** Whether these are the first bytes of a library, also of a newer version. */
export const isLibraryHeader = (header: Buffer): boolean =>
  header.length >= headerBytes &&
  header.toString('latin1', 0, magic.length) === magic &&
  header.readUInt32BE(applicationIdOffset) === applicationId
