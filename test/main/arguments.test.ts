// What of the command line means folders, and what the library.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { packOpened, readArguments, toOpened, unpackOpened } from '../../electron/main/arguments.ts'
import { isProductPage } from '../../electron/main/product-pages.ts'
import { writePhoto } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

const nothing = { folders: [], photo: null, library: null, otherLibraries: [], unknown: [] }

test('takes existing paths and URLs of files as folders, and ignores flags', async () => {
  const folder = tempFolder()
  await writePhoto(path.join(folder, 'holiday', 'a.jpg'), 1)
  const words = ['--no-sandbox', 'holiday', '--inspect=0', 'absent', '--library=my.db']
  expect(readArguments(words, folder)).toEqual({
    opened: { ...nothing, folders: [`${folder}/holiday`], unknown: [`${folder}/absent`] },
    libraryFile: `${folder}/my.db`,
  })
  const url = pathToFileURL(path.join(folder, 'holiday', 'a.jpg')).href
  expect(readArguments([url], folder).opened).toEqual({
    ...nothing,
    folders: [`${folder}/holiday`],
    photo: `${folder}/holiday/a.jpg`,
  })
  expect(readArguments(['file://elsewhere/a.jpg'], folder).opened).toMatchObject({ photo: null })
  expect(readArguments([], folder)).toEqual({ opened: nothing, libraryFile: null })
})

test('takes the folder of a photo once, and the first photo to be shown', async () => {
  const folder = tempFolder()
  const a = await writePhoto(path.join(folder, 'a.jpg'), 1)
  const b = await writePhoto(path.join(folder, 'b.jpg'), 2)
  expect(toOpened([folder, a, b])).toEqual({ ...nothing, folders: [folder], photo: a })
})

test('tells a library, and what cannot be opened, from photos', async () => {
  const folder = tempFolder()
  const file = async (name: string) => {
    await writeFile(path.join(folder, name), '')
    return path.join(folder, name)
  }
  const table = await file('labels.csv')
  // The system refuses to look for a name of this length.
  const tooLong = path.join(folder, 'x'.repeat(300))
  const library = await file('Photos.DB')
  expect(toOpened([table, tooLong, library])).toEqual({ ...nothing, library, unknown: [table, tooLong] })
  const other = await file('other.db')
  expect(toOpened([library, other])).toEqual({ ...nothing, library, otherLibraries: [other] })
})

test('what is handed to another instance is ASCII, whatever the names are', () => {
  const opened = { ...nothing, folders: ['/照片/苏州 2024'], photo: '/照片/苏州 2024/é"%.jpg' }
  expect(packOpened(opened)).toMatch(/^[\x20-\x7e]*$/)
  expect(unpackOpened(packOpened(opened))).toEqual(opened)
})

test.each([
  'https://huggingface.co',
  'https://huggingface.co/timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k/../../evil',
  'http://huggingface.co/timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k',
  'https://huggingface.co.evil.example/timm/vit_tiny_patch16_224.augreg_in21k_ft_in1k',
  'https://evil@huggingface.co/timm/x',
  'javascript:alert(1)',
  '',
])('%s is no page of the product', (url) => {
  expect(isProductPage(url)).toBe(false)
})
