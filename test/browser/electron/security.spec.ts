// What the page in Electron may not do, tried from the page and from a stranger; see docs/security.md.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test, type App } from '../fixtures.ts'
import { pickSaveFile } from '../support/choose.ts'

/** `GeolocationPositionError.PERMISSION_DENIED`. */
const permissionDenied = 1

/** Electron's main process; these specs run nowhere else. */
function mainOf(app: App) {
  if (app.electron === null) throw new Error('only in Electron')
  return app.electron
}

test('the page is sandboxed and sees neither Node nor Electron', async ({ app }) => {
  const preferences = await mainOf(app).evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>
    }
    return contents.getLastWebPreferences()
  })
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
  })
  expect(preferences['enableBlinkFeatures'] ?? '').toBe('')
  const hasDevTools = () =>
    mainOf(app).evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.isDevToolsOpened(),
    )
  expect(await hasDevTools()).toBe(false)
  const names = ['process', 'require', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer']
  expect(await app.page.evaluate((all) => all.filter((name) => name in window), names)).toEqual([])
})

test('the bridge has five functions and nothing else', async ({ app }) => {
  const bridge = await app.page.evaluate(() =>
    Object.entries((window as unknown as { bridge: object }).bridge).map(
      ([name, value]) => `${name}: ${typeof value}`,
    ),
  )
  expect(bridge.sort()).toEqual([
    'connect: function',
    'onShellEvent: function',
    'open: function',
    'pathsOf: function',
    'shell: function',
  ])
})

test('no other window opens', async ({ app }) => {
  const opened = await app.page.evaluate(() =>
    ['https://example.com', 'app://labelroom/index.html', 'about:blank', 'file:///etc/passwd'].map(
      (url) => window.open(url) === null,
    ),
  )
  expect(opened).toEqual([true, true, true, true])
  expect(await mainOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

const follow = (app: App, url: string) =>
  app.page.evaluate((target) => {
    const link = document.createElement('a')
    link.href = target
    document.body.append(link)
    link.click()
  }, url)

for (const url of ['https://example.com/', 'app://labelroom/assets/'])
  test(`a link to ${url} is not followed`, async ({ app }) => {
    const isRefused = mainOf(app).evaluate(
      ({ BrowserWindow }) =>
        new Promise<boolean>((resolve) => {
          BrowserWindow.getAllWindows()[0]?.webContents.once('will-navigate', (event) => {
            setImmediate(() => {
              resolve(event.defaultPrevented)
            })
          })
        }),
    )
    await follow(app, url)
    expect(await isRefused).toBe(true)
    expect(app.page.url()).toBe('app://labelroom/index.html')
  })

test('links to files and data are not followed', async ({ app }) => {
  for (const url of ['file:///etc/passwd', 'data:text/html,x']) await follow(app, url)
  // What Chromium refuses by itself is not told to anybody, so the page must still answer.
  expect(await app.client.library.summary({})).toMatchObject({ files: 0 })
  expect(app.page.url()).toBe('app://labelroom/index.html')
})

test('every permission is denied', async ({ app }) => {
  const answers = await app.page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi']
    const queries = names.map((name) => navigator.permissions.query({ name: name as PermissionName }))
    const place = new Promise<number>((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => {
          resolve(0)
        },
        ({ code }) => {
          resolve(code)
        },
      )
    })
    return {
      states: (await Promise.all(queries)).map(({ state }) => state),
      notifications: await Notification.requestPermission(),
      place: await place,
    }
  })
  expect(new Set(answers.states)).toEqual(new Set(['denied']))
  expect(answers).toMatchObject({ notifications: 'denied', place: permissionDenied })
})

test('nothing is loaded from elsewhere: the policy refuses it, and the session too', async ({ app }) => {
  const fetched = await app.page.evaluate(() =>
    fetch('https://example.com/').then(
      () => 'loaded',
      () => 'refused',
    ),
  )
  expect(fetched).toBe('refused')
  expect(app.mistakes.splice(0).join()).toContain('Content Security Policy')
  const past = await mainOf(app).evaluate(({ session }) =>
    session.defaultSession.fetch('http://127.0.0.1:9/').then(
      () => 'loaded',
      (error: unknown) => (error as Error).message,
    ),
  )
  expect(past).toContain('ERR_BLOCKED_BY_CLIENT')
})

test('inline scripts do not run', async ({ app }) => {
  await app.page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.hasRun = true'
    document.body.append(script)
  })
  expect(await app.page.evaluate(() => 'hasRun' in window)).toBe(false)
  expect(app.mistakes.splice(0).join()).toContain('Content Security Policy')
})

test('app:// serves the page with the policy, and no other file', async ({ app }) => {
  const answers = await app.page.evaluate(async () => {
    const paths = [
      '/index.html',
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fpreload.cjs',
      '/..\\..\\package.json',
      '/picture/full/..%2f..%2flibrary.db',
      '/picture/grid/999',
      '/etc/passwd',
    ]
    const responses = await Promise.all(paths.map((path) => fetch(`app://labelroom${path}`)))
    const posted = await fetch('/index.html', { method: 'POST', body: 'x' })
    return {
      policy: responses[0]?.headers.get('content-security-policy') ?? '',
      statuses: responses.map(({ status }) => status),
      posted: posted.status,
    }
  })
  expect(answers.policy).toContain("default-src 'none'")
  expect(answers.statuses[0]).toBe(200)
  expect(new Set(answers.statuses.slice(1))).toEqual(new Set([404]))
  expect(answers.posted).toBe(403)
})

test('a page that is not ours gets no answer, even with our preload script', async ({ app }) => {
  const answers = await mainOf(app).evaluate(async ({ app: electronApp, BrowserWindow }) => {
    const preload = `${electronApp.getAppPath()}/out/preload.cjs`
    const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
    await stranger.loadURL('data:text/html,<title>stranger</title>')
    const ask = (call: string) =>
      stranger.webContents.executeJavaScript(
        `bridge.${call}.then(() => 'answered', (error) => error.message)`,
      ) as Promise<string>
    const answered = [await ask('shell({ method: "shell.info", input: {} })'), await ask('connect()')]
    stranger.destroy()
    return answered
  })
  for (const answer of answers) expect(answer).toContain('Only the page of Labelroom may ask.')
})

test('only pages of the product’s list are opened outside', async ({ app }) => {
  await mainOf(app).evaluate(({ shell }) => {
    const opened: string[] = []
    Object.assign(globalThis, { opened })
    shell.openExternal = (url) => {
      opened.push(url)
      return Promise.resolve()
    }
  })
  const models = await app.client.models.catalogue({})
  const page = models[0]?.url ?? ''
  const replies = await app.page.evaluate(
    (urls) => {
      const { bridge } = window as unknown as {
        bridge: { shell(request: object): Promise<{ ok: boolean }> }
      }
      return Promise.all(
        urls.map(async (url) => (await bridge.shell({ method: 'shell.openExternal', input: { url } })).ok),
      )
    },
    [page, 'https://example.com', `${page}/../evil`, 'file:///etc/passwd', `javascript:alert(1)//${page}`],
  )
  expect(replies).toEqual([true, false, false, false, false])
  const opened = await mainOf(app).evaluate(() => (globalThis as unknown as { opened: string[] }).opened)
  expect(opened).toEqual([page])
})

test('no dictionary is looked for: Chromium would get it from a server of Google', async ({ app }) => {
  expect(
    await mainOf(app).evaluate(({ session }) => ({
      isEnabled: session.defaultSession.isSpellCheckerEnabled(),
      languages: session.defaultSession.getSpellCheckerLanguages(),
    })),
  ).toEqual({ isEnabled: false, languages: [] })
})

test('the page names no file or folder but those that the user chose, and what the library has', async ({
  app,
}) => {
  const photos = await app.photos('holiday', 1)
  await app.client.library.scan({ folders: [photos] })
  const refused = /was not chosen in a dialog/
  const shell = (method: string, input: object) =>
    app.page.evaluate(
      (call) =>
        (window as unknown as { bridge: { shell(call: object): Promise<object> } }).bridge.shell(call),
      { method, input },
    )
  const outside = await mkdtemp(path.join(tmpdir(), 'labelroom-outside-'))
  try {
    const file = path.join(outside, 'labels.csv')
    await expect(app.client.imports.labels({ file: '/proc/self/environ', folder: photos })).rejects.toThrow(
      refused,
    )
    await expect(app.client.exports.write({ request: {}, file })).rejects.toThrow(refused)
    await expect(
      app.client.exports.dataset({ request: { format: 'coco' }, folder: outside }),
    ).rejects.toThrow(refused)
    await expect(app.client.library.scan({ folders: [outside] })).rejects.toThrow(refused)
    await expect(app.client.models.add({ path: outside })).rejects.toThrow(refused)
    const backups = { isOn: true, kept: 3, folder: outside }
    await expect(app.client.settings.set({ backups })).rejects.toThrow(refused)
    for (const [method, input] of [
      ['shell.openLibrary', { file: path.join(outside, 'new.db') }],
      ['shell.revealInFolder', { path: outside }],
    ] as const)
      expect(await shell(method, input)).toMatchObject({ ok: false })
    await app.answerDialog(file)
    await pickSaveFile(app)
    expect(await app.client.exports.write({ request: {}, file })).toMatchObject({ rows: 1 })
    await expect(app.client.exports.write({ request: {}, file: `${file}.more` })).rejects.toThrow(refused)
  } finally {
    await rm(outside, { recursive: true })
  }
})
