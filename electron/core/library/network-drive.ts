// Whether a folder lies on a drive of another computer, which tells of no changes that are made there.
import { statfs } from 'node:fs/promises'

/** What Linux calls the file systems of other computers: NFS, SMB in its three versions, AFS, 9P, Ceph, and FUSE (sshfs). */
const networkTypes: ReadonlySet<number> = new Set([
  ...[0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997, 0x00c36400, 0x65735546],
])

/** Of macOS and of drive letters of Windows it is not known; there, nothing but a path with a host's name counts. */
export async function isOnNetworkDrive(folder: string): Promise<boolean> {
  if (folder.startsWith('//')) return true
  if (process.platform !== 'linux') return false
  const type = await statfs(folder).then(
    (drive) => drive.type,
    () => 0,
  )
  return networkTypes.has(type)
}
