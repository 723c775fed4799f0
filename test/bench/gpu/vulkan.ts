// Brings Vulkan's loader along for machines that lack it: node test/bench/gpu/vulkan.ts fetches Debian's package (apt-get,
// dpkg-deb) into test/bench/gpu/vulkan, which git ignores; run.ts uses what lies there.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('vulkan', import.meta.url))
const libraries = path.join(folder, 'usr/lib/x86_64-linux-gnu')
const systemFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib', '/lib64']
const driverFolders = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d']
/** Where containers get NVIDIA's driver mounted, which the loader does not look into. */
const mountedDriver = '/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json'

function fetchLoader(): void {
  const scratch = path.join(tmpdir(), `labelroom-vulkan-${process.pid}`)
  mkdirSync(scratch, { recursive: true })
  // libvulkan1 needs nothing but the C library; the others are what cards' drivers link.
  for (const name of [
    'libvulkan1',
    'libx11-6',
    'libxext6',
    'libxcb1',
    'libxau6',
    'libxdmcp6',
    'libbsd0',
    'libmd0',
  ])
    execFileSync('apt-get', ['download', name], { cwd: scratch, stdio: 'inherit' })
  for (const file of readdirSync(scratch)) execFileSync('dpkg-deb', ['-x', path.join(scratch, file), folder])
  rmSync(scratch, { recursive: true })
}

/** Lets processes that start from here find the loader and NVIDIA's driver. Returns which loader it is. */
export function useCarriedVulkan(): string {
  const own = systemFolders.find((name) => existsSync(path.join(name, 'libvulkan.so.1')))
  if (own === undefined && !existsSync(path.join(libraries, 'libvulkan.so.1')))
    return process.env['LD_LIBRARY_PATH'] === undefined ? 'none' : 'that of LD_LIBRARY_PATH, if any'
  const hasDriver = driverFolders.some((name) => existsSync(name) && readdirSync(name).length > 0)
  if (!hasDriver && existsSync(mountedDriver)) process.env['VK_DRIVER_FILES'] ??= mountedDriver
  const hasNvidia = systemFolders.some((name) => existsSync(path.join(name, 'libGLX_nvidia.so.0')))
  if (!hasDriver && hasNvidia && process.env['VK_DRIVER_FILES'] === undefined) {
    // Containers get the driver's libraries, and often not the file that names them to the loader.
    const file = path.join(tmpdir(), `labelroom-nvidia-icd-${process.pid}.json`)
    const ICD = { library_path: 'libGLX_nvidia.so.0', api_version: '1.3.0' }
    writeFileSync(file, JSON.stringify({ file_format_version: '1.0.0', ICD }))
    process.env['VK_DRIVER_FILES'] = file
  }
  if (own !== undefined) return own
  // Read by the dynamic linker of each process that is started from here; this one loads no runtime.
  process.env['LD_LIBRARY_PATH'] = [libraries, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':')
  return libraries
}

if (process.argv[1] === fileURLToPath(import.meta.url)) fetchLoader()
