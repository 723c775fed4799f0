// Loaded before a process that runs one command after the other: their cores pass their inference workers on.
import { registerHooks } from 'node:module'

const own = new URL('../../electron/host/spawn-inference.ts', import.meta.url).href
const shared = new URL('shared-workers.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    return resolved.url === own && context.parentURL !== shared ? { ...resolved, url: shared } : resolved
  },
})
