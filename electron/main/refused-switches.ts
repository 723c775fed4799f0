// Switches of Chromium and Node by which other programs could drive a packaged app, or that take its protections away.
import { MessageError, msg } from '../texts/message.ts'

const refused = [
  // A debugger sees and does whatever the user may.
  ...['remote-debugging-port', 'remote-debugging-pipe', 'remote-debugging-address', 'remote-allow-origins'],
  ...['inspect', 'inspect-brk', 'inspect-wait', 'inspect-port', 'inspect-publish-uid', 'debug-port'],
  // Other code, or the same in another engine.
  ...['js-flags', 'load-extension', 'renderer-cmd-prefix', 'utility-cmd-prefix', 'browser-subprocess-path'],
  ...['gpu-launcher', 'ppapi-plugin-launcher'],
  // Pages without the system's sandbox.
  ...['no-sandbox', 'disable-gpu-sandbox', 'disable-namespace-sandbox', 'disable-setuid-sandbox'],
  ...['disable-seccomp-filter-sandbox', 'no-zygote', 'no-zygote-sandbox', 'single-process', 'in-process-gpu'],
  // Pages without the rules of the web.
  ...['disable-web-security', 'disable-site-isolation-trials', 'allow-file-access-from-files'],
  ...['ignore-certificate-errors', 'allow-running-insecure-content'],
] as const

/** The first such switch on the command line, as Chromium reads it; null where there is none. */
export function findRefusedSwitch(hasSwitch: (name: string) => boolean): string | null {
  return refused.find((name) => hasSwitch(name)) ?? null
}

/** Why the app does not start. */
export class RefusedSwitch extends MessageError {
  constructor(name: string) {
    super(
      name === 'no-sandbox'
        ? msg(
            'The packaged app does not run without a sandbox ({{name}}). Start it as a normal user; where an AppImage switches it off because the system keeps it from making one, install the deb package.',
            { name: '--no-sandbox' },
          )
        : msg('The packaged app does not take --{{name}}. Start it without.', { name }),
    )
  }
}
