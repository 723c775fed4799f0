// Paths that Windows does not look up on the drives of this machine: shares of others, and devices.

/** Devices of Windows, with any extension. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *([.:]|$)/i

/** Whether Windows takes a file of this name for a device, in whatever folder. */
export const isDeviceName = (name: string): boolean => reserved.test(name)

/**
 * Where Windows would ask another machine, or a driver, for what is named: `//host/share` in lower case, or `device`. Null
 * for a path on a drive, and on other systems, where `//host` is a folder of this machine.
 *
 * [Note: network paths] To look such a path up is to use it: Windows connects to the host and signs in with the user's
 * name and a proof of the password. So what a page names is compared as text before any call of the file system.
 */
export function remotePlace(named: string, platform: NodeJS.Platform): string | null {
  if (platform !== 'win32') return null
  const path = named.replaceAll('\\', '/')
  // `//?/C:/x`, `//./COM1`, `//?/UNC/host/share`: nothing is known of what lies behind such a prefix.
  if (/^\/(\/[?.]|\?\?)(\/|$)/.test(path)) return 'device'
  if (path.startsWith('//')) return `//${path.slice(2).split('/').slice(0, 2).join('/')}`.toLowerCase()
  return path.split('/').some(isDeviceName) ? 'device' : null
}
