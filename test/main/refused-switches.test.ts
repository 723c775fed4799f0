// What the packaged app refuses on its command line.
import { expect, test } from 'vitest'
import { findRefusedSwitch, RefusedSwitch } from '../../electron/main/refused-switches.ts'

const findIn = (...names: string[]) => findRefusedSwitch((name) => names.includes(name))

test.each([
  ...[
    'remote-debugging-port',
    'remote-debugging-pipe',
    'inspect',
    'inspect-brk',
    'inspect-wait',
    'inspect-port',
  ],
  ...[
    'js-flags',
    'no-sandbox',
    'single-process',
    'disable-web-security',
    'renderer-cmd-prefix',
    'load-extension',
  ],
])('--%s is refused, also among others', (name) => {
  expect(findIn('ozone-platform', name, 'lang')).toBe(name)
  expect(new RefusedSwitch(name).message).toContain(`--${name}`)
})

test('switches of graphics, scale and language are taken', () => {
  expect(findIn('disable-gpu', 'ozone-platform', 'force-device-scale-factor', 'lang', 'library')).toBeNull()
})
