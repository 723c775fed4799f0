// `labelroom move`: the same moves as the app's, on the command line.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openTestCore } from '../helpers/core.ts'
import { runCliHosted } from '../helpers/cli.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { filesIn, readers, shotA, writeLibrary } from '../core/moves/helpers.ts'

async function setUp() {
  const home = tempFolder()
  const folder = tempFolder()
  await writeLibrary(folder)
  const at = (name: string) => path.join(folder, name)
  const run = (...args: string[]) => runCliHosted(args, home)
  await run('scan', folder)
  const move = (to: string, ...args: string[]) => run('move', '--to', at(to), ...args)
  return { home, folder, at, run, move }
}

test('moves photos with all that belongs to them into a new folder, as a step that the app undoes', async () => {
  const { home, folder, at, run, move } = await setUp()
  const named = [...shotA, 'b.jpg'].map((name) => at(`2023/${name}`))
  expect(await move('2024/June', '--dry-run', ...named)).toEqual({
    code: 0,
    stdout: `2 would be moved to ${at('2024/June')}, 0 are there already.\nNothing was moved: this was a dry run.\n`,
    stderr: '',
  })
  expect(filesIn(at('2023'))).toEqual([...shotA, 'b.jpg', 'c.jpg'])

  expect(await move('2024/June', ...named)).toEqual({
    code: 0,
    stdout: `2 moved to ${at('2024/June')}, 0 skipped, 0 failed.\n`,
    stderr: '',
  })
  expect(filesIn(at('2024/June'))).toEqual([...shotA, 'b.jpg'])
  expect((await run('scan', folder)).stderr).toContain('0 known files are missing')

  const { core, client } = openTestCore(home, { libraryFile: path.join(home, 'library.db') })
  expect((await client.history.state({})).undo).toMatchObject({ kind: 'move-files', photos: 2 })
  expect(Object.keys(await readers(client, folder).shown())).toContain('2024/June/a.jpg')
  await client.history.undo({})
  await core.close()
  expect(filesIn(at('2023'))).toEqual([...shotA, 'b.jpg', 'c.jpg'])
})

test('skips a taken name with exit code 2, and moves it with a number where that is asked for', async () => {
  const { at, move } = await setUp()
  writeFileSync(at('2024/b.jpg'), 'another')
  const photos = [at('2023/b.jpg'), at('2023/c.jpg')]
  expect(await move('2024', ...photos)).toEqual({
    code: 2,
    stdout: `1 moved to ${at('2024')}, 1 skipped, 0 failed.\n`,
    stderr: `${at('2023/b.jpg')}: b.jpg is there already.\nWith --number, photos whose name is taken are moved with a number.\n`,
  })
  expect(filesIn(at('2024'))).toEqual(['b.jpg', 'c.jpg', 'x.jpg'])
  expect(await move('2024', '--number', at('2023/b.jpg'))).toMatchObject({ code: 0, stderr: '' })
  expect(filesIn(at('2024'))).toEqual(['b-2.jpg', 'b.jpg', 'c.jpg', 'x.jpg'])
})

test('moves nothing where a photo is unknown or the folder is none of the library', async () => {
  const { folder, at, run, move } = await setUp()
  const before = filesIn(folder)
  const [known, unknown] = [at('2023/b.jpg'), at('2023/gone.jpg')]
  expect(await move('2024', known, unknown)).toMatchObject({
    code: 3,
    stderr: `labelroom: ${unknown} is not in the library. Label its folder first: labelroom label FOLDER.\n`,
  })
  for (const sidecar of ['b.xmp', 'c.jpg.xmp', 'gone.jpg.xmp']) {
    writeFileSync(at(`2023/${sidecar}`), 'since the last scan')
    before.push(`2023/${sidecar}`)
  }
  // Its photo is named, and takes it along; those of others would stay without a word.
  for (const sidecar of ['c.jpg.xmp', 'gone.jpg.xmp'])
    expect(await move('2024', known, at('2023/b.xmp'), at(`2023/${sidecar}`))).toMatchObject({
      code: 3,
      stderr: `labelroom: ${at(`2023/${sidecar}`)} is not in the library. Label its folder first: labelroom label FOLDER.\n`,
    })
  const elsewhere = tempFolder()
  expect(await run('move', known, '--to', elsewhere)).toMatchObject({
    code: 3,
    stderr: `labelroom: '${elsewhere}' is in no folder of this library. Add it first.\n`,
  })
  expect(await run('move', known)).toMatchObject({ code: 1 })
  expect(filesIn(folder)).toEqual(before.toSorted())
})
