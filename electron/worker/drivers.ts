// Describes the graphics cards and drivers of this machine, so that a change of them is noticed without starting any of them.
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

/** Variables that choose a driver or hide a card. */
const variables = /^(CUDA_|NVIDIA_|VK_|MESA_|DRI_|LD_LIBRARY_PATH$|DYLD_)/
/** Where Vulkan's loader looks for drivers. */
const vulkanFolders = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']
const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']
/** The loaders, by which the runtime finds a card at all, and what CUDA needs. */
const libraries = [
  'libvulkan.so.1',
  'libcuda.so.1',
  'libcudnn.so.9',
  'libcublasLt.so.12',
  'libcublasLt.so.13',
]

/** Text that differs when a card, a driver, or the variables that choose them do; never throws. */
export async function describeDrivers(): Promise<string> {
  const chosen = Object.entries(process.env).filter(([name]) => variables.test(name))
  const parts = [os.platform(), os.release(), os.arch(), os.cpus()[0]?.model, chosen.sort()]
  return JSON.stringify([...parts, await driversOfSystem()])
}

function driversOfSystem(): Promise<unknown> {
  if (process.platform === 'win32') return driversOfWindows()
  if (process.platform === 'linux') return driversOfLinux()
  // Those of macOS come with the system.
  return Promise.resolve(null)
}

/** Every driver that is installed changes the store; cards of NVIDIA have their own libraries, too. */
async function driversOfWindows(): Promise<unknown> {
  const system = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32')
  return Promise.all(
    [path.join('DriverStore', 'FileRepository'), 'nvcuda.dll', 'vulkan-1.dll', 'dxcore.dll', 'd3d12.dll'].map(
      (name) => stampOf(path.join(system, name)),
    ),
  )
}

async function driversOfLinux(): Promise<unknown> {
  const cards = (await namesIn('/sys/class/drm')).filter((name) => /^(card|renderD)\d+$/.test(name))
  return Promise.all([
    readFile('/proc/driver/nvidia/version', 'utf8').catch(() => null),
    ...cards.map((card) => readFile(`/sys/class/drm/${card}/device/uevent`, 'utf8').catch(() => null)),
    ...vulkanFolders.map(async (folder) =>
      Promise.all(
        (await namesIn(folder)).map(async (name) => [name, await stampOf(path.join(folder, name))]),
      ),
    ),
    ...libraryFolders.flatMap((folder) => libraries.map((name) => stampOf(path.join(folder, name)))),
  ])
}

const namesIn = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).sort()

/** Where the file really lies and when it was written; null where it is not there. */
async function stampOf(file: string): Promise<unknown> {
  try {
    const { mtimeMs, size } = await stat(file)
    return [await realpath(file), mtimeMs, size]
  } catch {
    return null
  }
}
