// Makes a misspelt text key a type error.
import type { english } from './resources.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof english }
  }
}
