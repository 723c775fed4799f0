// Goes to a screen as a user does, once the page is there.
import type { Page } from '@playwright/test'

export async function openScreen(page: Page, name: string): Promise<void> {
  const screens = page.getByRole('navigation', { name: 'Screens' })
  await screens.getByRole('button', { name, exact: true }).click()
}
