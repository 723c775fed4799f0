import { Command, Help } from 'commander'
import { expect, test } from 'vitest'
import { commands } from '../../electron/cli/commands.ts'

test.each(commands)('lists $name with the arguments that it takes', async ({ name, usage, load }) => {
  const command = new Command(name)
  ;(await load())(command)
  expect(`${name} ${usage}`.trimEnd()).toBe(new Help().subcommandTerm(command))
})
