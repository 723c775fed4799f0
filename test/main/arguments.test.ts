// What of the command line means folders, and what the library.
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { readArguments, toOpened } from '../../electron/main/arguments.ts'
import { isProductPage } from '../../electron/main/product-pages.ts'
import { writePhoto } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'

test('takes existing paths and URLs of files as folders, and ignores flags', async () => {
  const folder = tempFolder()
  await writePhoto(path.join(folder, 'holiday', 'a.jpg'), 1)
  const words = ['--no-sandbox', 'holiday', '--inspect=0', 'absent', '--library=my.db']
  expect(readArguments(words, folder)).toEqual({
    opened: { folders: [`${folder}/holiday`], photo: null },
    libraryFile: `${folder}/my.db`,
  })
  const url = pathToFileURL(path.join(folder, 'holiday', 'a.jpg')).href
  expect(readArguments([url, 'file://elsewhere/a.jpg'], folder).opened).toEqual({
    folders: [`${folder}/holiday`],
    photo: `${folder}/holiday/a.jpg`,
  })
  expect(readArguments([], folder)).toEqual({ opened: { folders: [], photo: null }, libraryFile: null })
})

test('takes the folder of a photo once, and the first photo to be shown', async () => {
  const folder = tempFolder()
  const a = await writePhoto(path.join(folder, 'a.jpg'), 1)
  const b = await writePhoto(path.join(folder, 'b.jpg'), 2)
  expect(toOpened([folder, a, b])).toEqual({ folders: [folder], photo: a })
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
