// Shuts what the page does not need: other pages, other windows, permissions, the network. See docs/security.md.
import { session, type App, type Session, type WebContents, type WebFrameMain } from 'electron'
import type { Log } from '../core/log.ts'

export const pageOrigin = 'app://labelroom'
export const pageUrl = `${pageOrigin}/index.html`

/** Only the page itself, not a frame in it, may ask the main process for anything. */
export function isOwnPage(frame: WebFrameMain | null): boolean {
  return frame?.parent === null && frame.url.startsWith(`${pageOrigin}/`)
}

/** For every page that is ever made, whoever makes it. */
export function secureApp(app: App, log: Log): void {
  app.on('web-contents-created', (_event, contents) => {
    secureContents(contents, log)
  })
}

function secureContents(contents: WebContents, log: Log): void {
  const refuse = (what: string) => (event: { preventDefault(): void; readonly url?: string }) => {
    log('warn', `refused ${what}: ${event.url ?? ''}`)
    event.preventDefault()
  }
  contents.on('will-navigate', (event) => {
    // A reload is a navigation to the same address.
    if (event.url.split('#')[0] !== pageUrl) refuse('navigation')(event)
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) refuse('navigation of a frame')(event)
  })
  contents.on('will-redirect', refuse('redirection'))
  contents.on('will-attach-webview', refuse('webview'))
  contents.setWindowOpenHandler(({ url }) => {
    log('warn', `refused window: ${url}`)
    return { action: 'deny' }
  })
}

/** Nothing is allowed but to fill the screen, and nothing is loaded but the app's own files. */
export function secureSession(target: Session = session.defaultSession): void {
  target.setPermissionRequestHandler((_contents, permission, callback) => {
    callback(permission === 'fullscreen')
  })
  target.setPermissionCheckHandler(() => false)
  target.setDevicePermissionHandler(() => false)
  // The page's `spellcheck: false` does not keep Chromium from getting dictionaries from Google when a session starts.
  target.setSpellCheckerEnabled(false)
  target.setSpellCheckerLanguages([])
  target.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !/^(app|blob|data|devtools):/.test(details.url) })
  })
}
