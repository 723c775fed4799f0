// The licences of what is shipped: complete, with their texts, and none that nobody has read.
import { expect, test } from 'vitest'
import { findProblems, shippedPackages } from '../../build/licences.ts'

test('every package that is shipped is listed with a licence that was read', () => {
  const packages = shippedPackages()
  const names = packages.map(({ name }) => name)
  // Of the product, of what it needs itself, of the page, and the window.
  for (const name of [
    'sharp',
    'onnxruntime-node',
    'onnxruntime-common',
    'svelte',
    'd3-scale',
    'd3-path',
    'electron',
  ])
    expect(names).toContain(name)
  // Tools stay at home.
  for (const name of ['typescript', 'vite', 'vitest', 'electron-builder']) expect(names).not.toContain(name)
  expect(findProblems(packages)).toEqual([])
  expect(packages.filter(({ text }) => text !== '').length).toBeGreaterThan(packages.length * 0.9)
})

test('a package without a licence, or with a new one, is a problem', () => {
  const other = { name: 'x', version: '1.0.0', text: '' }
  expect(findProblems([{ ...other, licence: '' }])).toEqual([expect.stringContaining('names no licence')])
  expect(findProblems([{ ...other, licence: 'SSPL-1.0' }])).toEqual([expect.stringContaining('SSPL-1.0')])
  expect(findProblems([{ ...other, licence: 'MIT' }])).toEqual([])
})
