// Words and pictures in the app, with the toy models: start from words, search by a sentence, ask about a photo.
import path from 'node:path'
import { heldOut, nameOf, writeDrawings } from '../toy-models/draw.ts'
import { toyModels } from '../toy-models/models.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

test('words become labels without an example, a sentence finds photos, and a question is answered', async ({
  app,
}) => {
  const { page, client } = app
  const folder = path.join(app.folder, 'shapes')
  await writeDrawings(folder, heldOut, 2)
  await client.models.add({ path: toyModels.answers })
  await client.models.add({ path: toyModels.clip })
  await app.label({ folders: [folder], model: 'clip' })

  await page.getByRole('button', { name: 'Learn' }).click()
  const field = page.getByRole('textbox', { name: 'Words to choose from, separated by commas' })
  await expect(page.getByRole('button', { name: 'Make a model of these words' })).toBeDisabled()
  await field.fill(heldOut.map(nameOf).join(', '))
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Make a model of these words' }).click()
  const head = page.getByRole('article', { name: /version 1/ })
  await head.getByRole('button', { name: 'Put in use' }).click()
  await expect(head.getByRole('button', { name: 'In use', exact: true })).toBeDisabled()

  await page.getByRole('button', { name: 'Library' }).click()
  // Each held-out combination once or more; which photos get it is counted in cli/toy-models.test.ts.
  await expect(page.getByRole('gridcell', { name: /red star/ }).first()).toBeVisible()

  const search = page.getByRole('searchbox', { name: 'Search names and labels' })
  const bar = page.locator('header').filter({ has: search })
  const heightOfBar = async () => (await bar.boundingBox())?.height
  const before = await heightOfBar()
  await search.fill('a pink triangle')
  const find = page.getByRole('button', { name: 'By what they show' })
  await expect(find).toBeVisible()
  // What is offered lies below the field, and moves nothing.
  expect(await heightOfBar()).toBe(before)
  await find.click()
  const [first] = await client.words.find({ text: 'a pink triangle' })
  await expect(page.getByRole('gridcell')).toHaveCount(16)
  await expect(page.getByRole('gridcell').first()).toHaveAccessibleName(
    new RegExp(path.basename(first?.path ?? 'no photo')),
  )
  expect(path.basename(path.dirname(first?.path ?? ''))).toBe('pink triangle')

  await page.getByRole('gridcell').first().dblclick()
  const about = page.getByRole('dialog').getByRole('complementary', { name: 'About this photo' })
  await about.getByRole('textbox', { name: 'Ask about this photo' }).fill('what color is the shape?')
  await page.keyboard.press('Enter')
  const answers = about.getByRole('list', { name: 'Answers' })
  await expect(answers.getByRole('listitem')).toHaveCount(5)
  await expect(answers.getByRole('listitem').first()).toContainText('pink')
  await about.getByRole('button', { name: 'Where the model looked for this question' }).click()
  await expect(page.locator('canvas').first()).toBeVisible()
  await expectAccessible(page)
  await answers.getByRole('button', { name: 'Accept pink as a label' }).click()
  await expect(about.getByRole('button', { name: 'Clear pink' })).toBeVisible()
  expect(await client.labels.list({})).toContainEqual(expect.objectContaining({ name: 'pink', confirmed: 1 }))
})
