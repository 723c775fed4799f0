// Gives the page the licences of all packages that are shipped, as they are installed when it is built.
import type { Plugin } from 'vite'
import { shippedPackages } from './licences.ts'

const name = 'virtual:licences'

/** The module `virtual:licences`: a file of its own, which the about box loads when it is opened. */
export const licences = (): Plugin => ({
  name: 'licences',
  resolveId: (id) => (id === name ? `\0${name}` : null),
  load: (id) => (id === `\0${name}` ? `export const packages = ${JSON.stringify(shippedPackages())}` : null),
})
