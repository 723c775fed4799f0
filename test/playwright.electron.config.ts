// Every spec in Electron, those of the page alone too: before a release, and after a change of the shell.
import { defineConfig } from '@playwright/test'
import config from './playwright.config.ts'

export default defineConfig({
  ...config,
  projects: (config.projects ?? [])
    .filter(({ name }) => name === 'electron')
    .map((project) => ({ ...project, grep: /^/ })),
})
