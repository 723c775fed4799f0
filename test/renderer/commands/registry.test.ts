// Who runs a command: the screen on top, by its key or by its name.
import { expect, test } from 'vitest'
import { defaultKeysOf } from '../../../renderer/src/commands/definitions.ts'
import { CommandRegistry } from '../../../renderer/src/commands/registry.ts'

test('a key runs the command of the newest registration that has it', () => {
  const registry = new CommandRegistry()
  const ran: string[] = []
  registry.register({ 'grid.clearSelection': () => ran.push('grid') })
  const close = registry.register({ 'viewer.close': () => ran.push('viewer') })
  expect(registry.press('Escape', defaultKeysOf)).toBe(true)
  close()
  expect(registry.press('Escape', defaultKeysOf)).toBe(true)
  expect(ran).toEqual(['viewer', 'grid'])
  expect(registry.press('Mod+Z', defaultKeysOf)).toBe(false)
})

test('a key of no command is offered to each screen until one takes it', () => {
  const registry = new CommandRegistry()
  const offered: string[] = []
  registry.register({ 'grid.selectAll': () => offered.push('select all') })
  registry.register({}, (key) => {
    offered.push(key)
    return key === '1'
  })
  expect(registry.press('1', defaultKeysOf)).toBe(true)
  expect(registry.press('Mod+A', defaultKeysOf)).toBe(true)
  expect(offered).toEqual(['1', 'Mod+A', 'select all'])
})

test('run calls the newest handler of a command, and none where no screen has one', () => {
  const registry = new CommandRegistry()
  const ran: string[] = []
  registry.register({ 'app.export': () => ran.push('first') })
  registry.register({ 'app.export': () => ran.push('second') })
  registry.run('app.export')
  registry.run('app.import')
  expect(ran).toEqual(['second'])
})

test('a command can run where a screen has it, and where that says so', () => {
  const registry = new CommandRegistry()
  const run = () => undefined
  expect(registry.canRun('grid.open')).toBe(false)
  const close = registry.register(
    { 'grid.open': run, 'grid.assign': run },
    undefined,
    (id) => id !== 'grid.open',
  )
  registry.register({ 'app.export': run })
  expect((['grid.open', 'grid.assign', 'app.export'] as const).map((id) => registry.canRun(id))).toEqual([
    false,
    true,
    true,
  ])
  // The screen on top decides.
  registry.register({ 'grid.open': run })
  expect(registry.canRun('grid.open')).toBe(true)
  close()
  expect(registry.canRun('grid.assign')).toBe(false)
})
