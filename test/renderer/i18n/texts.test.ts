// Every text is there in every language, with the same placeholders.
import { describe, expect, it } from 'vitest'
import { resources } from '../../../renderer/src/i18n/resources.ts'

interface Texts {
  readonly [key: string]: string | Texts
}

const flatten = (texts: Texts, path = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flatten(value, `${path}${key}.`),
  )
/** Chinese has one plural form, English two. */
const base = (key: string) => key.replace(/_(zero|one|two|few|many|other)$/, '')
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{(.+?)\}\}/g)].map(([, name]) => name ?? '').sort()

const languages = {
  en: flatten(resources.en.translation),
  'zh-CN': flatten(resources['zh-CN'].translation),
}

describe('texts', () => {
  it('exist in both languages', () => {
    const keys = (texts: [string, string][]) => [...new Set(texts.map(([key]) => base(key)))].sort()
    expect(keys(languages['zh-CN'])).toEqual(keys(languages.en))
  })

  it('have the plural forms of their language', () => {
    for (const [language, texts] of Object.entries(languages)) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      const names = new Set(texts.map(([key]) => key))
      const plurals = new Set([...names].filter((key) => key !== base(key)).map(base))
      for (const key of plurals)
        for (const form of forms) expect(names, `${language} ${key}_${form}`).toContain(`${key}_${form}`)
    }
  })

  it('say one photo, and not one photos', () => {
    const counted = /\}\} (photos|labels|classes|rows|files|groups|threads)\b(?!\/)/
    const rest = languages.en.filter(([key, text]) => counted.test(text) && !key.endsWith('_other'))
    // Offered for thirteen classes and more; fewer than five labels; of more than 24 classes; of more than 5,000 photos.
    expect(rest.map(([key]) => key)).toEqual([
      'learn.all',
      'learn.scarce_one',
      'learn.confusedClasses',
      'learn.map.fitted',
    ])
  })

  it('have the same placeholders', () => {
    const chinese = new Map(languages['zh-CN'].map(([key, text]) => [base(key), placeholders(text)]))
    // "Once" may do without the number.
    const texts = languages.en.filter(([key]) => !key.endsWith('_one'))
    for (const [key, text] of texts)
      expect({ key, names: chinese.get(base(key)) }).toEqual({ key, names: placeholders(text) })
  })

  it('are translated, and not empty', () => {
    for (const texts of Object.values(languages))
      for (const [key, text] of texts) expect(text.trim(), key).not.toBe('')
    const english = new Map(languages.en.map(([key, text]) => [base(key), text]))
    const copied = languages['zh-CN'].filter(
      ([key, text]) =>
        english.get(base(key)) === text && /[a-z]{4}/.test(text.replaceAll(/\{\{.+?\}\}/g, '')),
    )
    // Names of products and formats are the same everywhere.
    expect(
      copied
        .map(([, text]) => text)
        .filter(
          (text) =>
            !/ImageFolder|COCO|JSON|Parquet|Label Studio|FiftyOne|Datumaro|Labelroom|ONNX|safetensors/.test(
              text,
            ),
        ),
    ).toEqual([])
  })
})
