// The environment that every process that may load the inference runtime is started with.

/**
 * onnxruntime 1.29 and newer report to Microsoft from Linux and macOS. This variable, read once when the native library
 * is loaded, keeps it from doing so: no device id, no queue on disk, no connection. It is passed when a process is
 * spawned and always replaces what the user's environment says. docs/security.md has what was read and observed.
 */
export const runtimeEnvironment = { ORT_DISABLE_TELEMETRY: '1' } as const

/** `environment` with the runtime's telemetry off, whatever it set before. */
export function withoutTelemetry(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, ...runtimeEnvironment }
}

/** What libraries of the system, of graphics cards and of Node look up; compared in capitals, as Windows does. */
const needed = new Set([
  ...['PATH', 'HOME', 'USER', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TEMP', 'TMP'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'LOCALAPPDATA', 'APPDATA'],
  ...['PROGRAMDATA', 'PROGRAMFILES', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME', 'XDG_DATA_DIRS'],
  ...['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'DYLD_FALLBACK_LIBRARY_PATH', 'NODE_COMPILE_CACHE'],
])
const neededPrefixes = [
  'LC_',
  'CUDA_',
  'NVIDIA_',
  'VK_',
  'MESA_',
  '__EGL_',
  '__GLX_',
  'DRI_',
  'OMP_',
  'VIPS_',
]

/**
 * What a process that decodes photos and runs models needs of `environment`, with the telemetry off. It handles files of
 * strangers, so it gets no secrets, such as the tokens that users and their shells keep there.
 */
export function workerVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isNeeded = (name: string) =>
    needed.has(name) || neededPrefixes.some((prefix) => name.startsWith(prefix))
  return withoutTelemetry(
    Object.fromEntries(Object.entries(environment).filter(([name]) => isNeeded(name.toUpperCase()))),
  )
}
