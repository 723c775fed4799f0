// Opens the review over labelled photos, and reads what is saved of it.
import type { Page } from '@playwright/test'
import { expect, type App } from '../fixtures.ts'
import { openScreen } from './screens.ts'

export const progress = (page: Page) => page.getByRole('status', { name: 'Progress' })

/** Labelled photos, with the review open; gives their suggestions in the order of the review. */
export async function openReview(app: App, count: number): Promise<string[][]> {
  const folder = await app.photos('holiday', count)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  await openScreen(app.page, 'Review')
  await expect(progress(app.page)).toContainText(`1 of ${count}`)
  return (await cards(app)).map(({ labels }) => labels.map(({ name }) => name))
}

/** All photos as the library lists them. */
export async function cards(app: App) {
  const { viewId, total } = await app.client.browse.open({ filter: {}, sort: {} })
  return app.client.browse.window({ viewId, offset: 0, limit: total })
}

/** The labels of each photo that the user confirmed. */
export const saved = async (app: App) =>
  (await cards(app)).map(({ labels }) =>
    labels.filter(({ state }) => state === 'confirmed').map(({ name }) => name),
  )
