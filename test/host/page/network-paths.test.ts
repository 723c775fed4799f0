// On Windows, a path on a share or of a device is refused before anything looks it up, which would sign the user in there.
import { expect, test } from 'vitest'
import { remotePlace } from '../../../electron/common/windows-paths.ts'
import type { Transport } from '../../../electron/contract/transport.ts'
import {
  browserPlaces,
  createKnownPaths,
  electronPlaces,
  guardPaths,
  noPathsChosen,
} from '../../../electron/host/page/named-paths.ts'

const local = 'C:/Users/Ann/Pictures'
const onShare = '//NAS/photos/2024'

/** Both hosts on Windows, where a lookup is written down and leads where it was asked to. */
function setUp(platform: NodeJS.Platform = 'win32') {
  const lookedUp: string[] = []
  const called: string[] = []
  const request: Transport['request'] = ({ method }) => {
    called.push(method)
    const lists = { 'library.folders': [{ path: local }], 'models.list': [] }
    const output = method in lists ? lists[method as keyof typeof lists] : { backups: { folder: null } }
    return Promise.resolve({ ok: true, output })
  }
  const lookUp = (named: string) => {
    lookedUp.push(named)
    return Promise.resolve(named)
  }
  const chosen = noPathsChosen()
  const roots: string[] = []
  const known = createKnownPaths(request)
  const shared = { dataFolder: 'C:/Users/Ann/AppData', known, libraries: () => Promise.resolve([]) }
  const none = () => Promise.resolve([])
  const browser = browserPlaces({ ...shared, roots, isUpload: () => false, isDownload: () => false })
  const electron = electronPlaces({ ...shared, chosen, written: none })
  const system = { platform, lookUp }
  const hosts = [
    // A page's own spelling of the home folder is no matter here.
    guardPaths(request, { ...browser, resolve: (named) => named }, system),
    guardPaths(request, electron, system),
  ]
  return { hosts, lookedUp, called, chosen, roots }
}

const calls: readonly (readonly [string, (path: string) => unknown])[] = [
  ['library.scan', (path) => ({ folders: [local, path] })],
  ['library.moved', (path) => ({ place: path })],
  ['models.info', (path) => ({ model: path })],
  ['imports.labels', (path) => ({ file: path, folder: local })],
  ['exports.check', (path) => ({ file: path })],
  ['settings.set', (path) => ({ backups: { isOn: true, kept: 1, folder: path } })],
  ['shell.openLibrary', (path) => ({ file: path })],
  ['shell.listFolder', (path) => ({ path })],
  ['shell.revealInFolder', (path) => ({ path })],
]

test.each([
  String.raw`\\evil\share\x`,
  '//evil/share/x',
  String.raw`/\evil/share/x`,
  String.raw`\/evil\share`,
  '///evil/share',
  String.raw`\\evil@SSL@8443\DavWWWRoot\x`,
  String.raw`\\?\UNC\evil\share\x`,
  '//?/UNC/evil/share/x',
  String.raw`\??\UNC\evil\share\x`,
  String.raw`\\.\UNC\evil\share\x`,
  String.raw`\\?\GLOBALROOT\Device\Mup\evil\share\x`,
  String.raw`\\.\pipe\evil`,
  String.raw`\\.\PhysicalDrive0`,
  'C:/Users/Ann/Pictures/COM1',
  String.raw`C:\Users\Ann\Pictures\nul.csv`,
  'C:/con',
])('%s is never looked up', async (path) => {
  const { hosts, lookedUp } = setUp()
  for (const host of hosts)
    for (const [method, input] of calls)
      expect(await host({ method, input: input(path) }), method).toMatchObject({
        ok: false,
        error: { code: 'bad-request' },
      })
  expect(lookedUp.filter((named) => named !== local)).toEqual([])
})

test('a share is looked up when the user chose something on it, or named it at the start', async () => {
  const { hosts, lookedUp, chosen, roots } = setUp()
  const path = String.raw`\\nas\PHOTOS\2024\June`
  chosen.input.add(onShare)
  roots.push(onShare)
  for (const host of hosts) {
    await host({ method: 'library.scan', input: { folders: [path] } })
    await host({ method: 'library.scan', input: { folders: ['//nas/other/2024'] } })
    await host({ method: 'library.scan', input: { folders: [String.raw`\\?\UNC\nas\photos`] } })
  }
  expect(lookedUp).toEqual([path, path])
})

test('elsewhere such names are folders of this machine', async () => {
  const { hosts, lookedUp } = setUp('linux')
  for (const host of hosts) await host({ method: 'library.scan', input: { folders: ['//evil/share'] } })
  expect(lookedUp).toEqual(['//evil/share', '//evil/share'])
  expect(remotePlace('//evil/share', 'darwin')).toBeNull()
})
