// What the core says is recognised, whatever values stand in it, and said by i18next as a window says it.
import { expect, test } from 'vitest'
import { textsOf } from '../../electron/main/texts.ts'
import { createSentences } from '../../electron/texts/sentences.ts'

const { sentence: chinese } = textsOf('zh-CN')
const { sentence: english } = textsOf('en')

test('a sentence without values', () => {
  expect(chinese('The file is empty.')).toBe('文件为空。')
  expect(english('The file is empty.')).toBe('The file is empty.')
})

test('values stay as they are, whatever is in them', () => {
  for (const path of [
    '/photos/a b.jpg',
    'C:\\x (1).jpg',
    "it's {{path}}",
    '$t(file)',
    '<b>&amp;',
    '100 %\n2',
  ])
    expect(
      chinese(`The folder '${path}' does not exist. Check the spelling, or connect the drive that it is on.`),
    ).toBe(`文件夹“${path}”不存在。请检查拼写，或连接它所在的磁盘。`)
})

test('of several templates that fit, the one with the most words', () => {
  expect(chinese('x.onnx is damaged or no ONNX file; download or copy it again.')).toBe(
    'x.onnx 已损坏或不是 ONNX 文件，请重新下载或复制。',
  )
  expect(chinese('m.safetensors has a damaged header (not JSON); download or copy it again.')).toBe(
    'm.safetensors 的文件头已损坏（不是 JSON），请重新下载或复制。',
  )
})

test('a sentence within another one', () => {
  expect(chinese("The folder '/p' cannot be read. Reading it is not allowed; change its permissions.")).toBe(
    '无法读取文件夹“/p”。没有读取权限，请更改其权限。',
  )
  expect(
    chinese(
      "The library 'a.db' is damaged (it is torn). Move it away together with 'a.db-wal' and 'a.db-shm', and put the backup 'b.db' in its place.",
    ),
  ).toBe(
    '图库“a.db”已损坏（it is torn）。请将它连同“a.db-wal”和“a.db-shm”一起移走，然后把备份“b.db”放到原处。',
  )
  expect(chinese('The inference worker was lost (the worker ended with code 9); starting another one.')).toBe(
    '推理进程意外停止（工作进程已退出，代码 9），正在启动另一个。',
  )
})

test('a path with spaces before a sentence', () => {
  expect(chinese('/my photos/out 2 is not empty. Choose a new or empty folder.')).toBe(
    '/my photos/out 2 不是空的。请选择新的或空的文件夹。',
  )
  expect(
    chinese('C:/Li Wei/m.safetensors is truncated: it ends within its header; download or copy it again.'),
  ).toBe('C:/Li Wei/m.safetensors 不完整：在文件头处中断，请重新下载或复制。')
})

test('a list of devices, each with its reason', () => {
  expect(
    chinese(
      'The model cannot run on auto here (cuda: its library is not installed; webgpu: it fell over). Try --device cpu.',
    ),
  ).toBe('模型在这台电脑上无法用 auto 运行（cuda: 未安装所需的库; webgpu: it fell over）。请选择 CPU。')
})

test('a window does not speak of the terminal, in English neither', () => {
  expect(english('There is no head 7 in this library; see labelroom heads.')).toBe(
    'There is no head 7 in this library.',
  )
})

test('what nobody wrote a template for stays', () => {
  for (const message of ['EPIPE: broken pipe, write', '', 'The file is empty'])
    expect([chinese(message), english(message)]).toEqual([message, message])
})

test('letters that mean something in a pattern mean themselves', () => {
  const say = createSentences(['{{n}} % (a+b) [x] costs $1.'], (template, { n }) => `${template} ${n ?? ''}`)
  expect(say('5 % (a+b) [x] costs $1.')).toBe('{{n}} % (a+b) [x] costs $1. 5')
  expect(say('5 % (aab) x costs $1!')).toBe('5 % (aab) x costs $1!')
})
