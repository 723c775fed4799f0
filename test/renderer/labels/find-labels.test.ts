// Labels are found by what the user types.
import { describe, expect, it } from 'vitest'
import type { LabelCount } from '../../../electron/contract/labels.ts'
import { choicesOf, findLabels } from '../../../renderer/src/labels/find-labels.ts'

const label = (name: string, confirmed = 0, suggested = 0): LabelCount => ({
  name,
  confirmed,
  suggested,
  rejected: 0,
})

describe('findLabels', () => {
  const names = (typed: string, labels: LabelCount[], limit = 10) =>
    findLabels(labels, typed, limit).labels.map(({ name }) => name)

  it('puts the exact name first, then the last part of a name, beginnings, beginnings of words, and the rest', () => {
    const labels = [label('bobcat'), label('house cat'), label('cat'), label('animal/cat'), label('catfish')]
    expect(names('cat', labels)).toEqual(['cat', 'animal/cat', 'catfish', 'house cat', 'bobcat'])
  })

  it('puts the labels used most first among equal matches', () => {
    expect(names('do', [label('dock'), label('dog', 3), label('door', 0, 9)])).toEqual([
      'dog',
      'door',
      'dock',
    ])
  })

  it('lists without a text what was confirmed, then what is suggested where that is wanted', () => {
    const labels = [label('ant', 0, 3), label('bee', 1), label('cat', 0, 9), label('dog')]
    expect(names('', labels)).toEqual(['bee'])
    const wanted = findLabels(labels, '', 10, [], (name) => name, true)
    expect(wanted.labels.map(({ name }) => name)).toEqual(['bee', 'cat', 'ant'])
  })

  it('ignores case, accents and the width of letters', () => {
    expect(names('CAFE', [label('Café')])).toEqual(['Café'])
    expect(names('ｃａｔ', [label('cat')])).toEqual(['cat'])
    expect(names('猫', [label('动物/猫'), label('狗')])).toEqual(['动物/猫'])
  })

  it('offers a new label only where no label has that name', () => {
    const labels = [label('Cat')]
    expect(findLabels(labels, '  my   cat ', 10).newName).toBe('my cat')
    expect(findLabels(labels, 'cat', 10).newName).toBeNull()
    expect(findLabels(labels, '', 10).newName).toBeNull()
  })

  it('lists the labels in use before anything is typed', () => {
    expect(names('', [label('never'), label('twice', 2), label('once', 1)])).toEqual(['twice', 'once'])
  })

  it('returns at most as many as asked for', () => {
    expect(names('a', [label('a1'), label('a2'), label('a3')], 2)).toHaveLength(2)
  })
})

describe('choicesOf', () => {
  const offered = (typed: string, names: string[], inUse: string[] = []) =>
    choicesOf(
      findLabels([...names.map((name) => label(name)), ...inUse.map((name) => label(name, 1))], typed, 10),
    ).map(({ name, isNew }) => (isNew ? `new ${name}` : name))

  it('offers what is typed as a new label before longer ones that nobody gave', () => {
    expect(offered('lake', ['lakeside', 'salt lake'])).toEqual(['new lake', 'lakeside', 'salt lake'])
  })

  it('offers labels in use that begin with what is typed before a new one, and no others', () => {
    expect(offered('umb', ['umbel'], ['umbrella', 'dumbbell'])).toEqual([
      ...['umbrella', 'new umb', 'umbel', 'dumbbell'],
    ])
  })

  it('offers a label that is called so before a new one, and makes no second one of the same name', () => {
    expect(offered('cat', ['catfish', 'animal/cat'])).toEqual(['animal/cat', 'new cat', 'catfish'])
    expect(offered('CAT', ['catfish', 'cat'])).toEqual(['cat', 'catfish'])
  })
})
