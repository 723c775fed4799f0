// Messages are translated before their values are put in, whatever the values hold, and within each other.
import { expect, test } from 'vitest'
import { textsOf } from '../../electron/main/texts.ts'
import { english as englishOf, msg, render, verbatim } from '../../electron/texts/message.ts'

const { sentence: chinese } = textsOf('zh-CN')
const { sentence: english } = textsOf('en')

test('a message without values is translated', () => {
  expect(chinese(msg('The file is empty.'))).toBe('文件为空。')
  expect(english(msg('The file is empty.'))).toBe('The file is empty.')
})

test('values stay as they are, whatever is in them', () => {
  for (const path of [
    '/photos/a b.jpg',
    'C:\\x (1).jpg',
    "it's {{path}}",
    '$t(file)',
    '<b>&amp;',
    '100 %\n2',
    'It is no photo.',
    '$& $1',
  ]) {
    const message = msg(
      "The folder '{{path}}' is not there. Connect the drive that it is on, or correct the path.",
      { path },
    )
    expect(chinese(message)).toBe(`文件夹“${path}”不在那里。请连接它所在的磁盘，或更正路径。`)
    expect(englishOf(message)).toBe(
      `The folder '${path}' is not there. Connect the drive that it is on, or correct the path.`,
    )
  }
})

test('a message is translated by its own template, also where another one begins with the same words', () => {
  const file = 'x.onnx'
  expect(chinese(msg('{{file}} is damaged or no ONNX file; download or copy it again.', { file }))).toBe(
    'x.onnx 已损坏或不是 ONNX 文件，请重新下载或复制。',
  )
  const what = msg('has a damaged header (not JSON)')
  expect(chinese(msg('{{file}} {{what}}; download or copy it again.', { file: 'm.safetensors', what }))).toBe(
    'm.safetensors 的文件头已损坏（不是 JSON），请重新下载或复制。',
  )
})

test('a message within another one is translated', () => {
  const why = msg('Reading it is not allowed; change its permissions.')
  const unreadable = msg("The folder '{{path}}' cannot be read. {{why}}", { path: '/p', why })
  expect(chinese(unreadable)).toBe('无法读取文件夹“/p”。没有读取权限，请更改其权限。')
  expect(englishOf(unreadable)).toBe(
    "The folder '/p' cannot be read. Reading it is not allowed; change its permissions.",
  )
  const remedy = msg(
    "Move it away together with '{{file}}-wal' and '{{file}}-shm', and put the backup '{{backup}}' in its place.",
    { file: 'a.db', backup: 'b.db' },
  )
  const what = 'it is torn'
  expect(
    chinese(msg("The library '{{file}}' is damaged ({{what}}). {{remedy}}", { file: 'a.db', what, remedy })),
  ).toBe('图库“a.db”已损坏（it is torn）。请恢复备份“b.db”；损坏的文件会保留。')
  const lost = msg('The inference worker was lost ({{why}}); {{what}}.', {
    why: msg('the worker ended with code {{code}}', { code: 9 }),
    what: msg('starting another one'),
  })
  expect(chinese(lost)).toBe('推理进程意外停止（工作进程已退出，代码 9），正在启动另一个。')
})

test('a message within another one is translated behind a path with spaces', () => {
  expect(
    chinese(
      msg('{{folder}} {{why}}. Choose a new or empty folder.', {
        folder: '/my photos/out 2',
        why: msg('is not empty'),
      }),
    ),
  ).toBe('/my photos/out 2 不是空的。请选择新的或空的文件夹。')
  expect(
    chinese(
      msg('{{file}} {{what}}; download or copy it again.', {
        file: 'C:/Li Wei/m.safetensors',
        what: msg('is truncated: it ends within its header'),
      }),
    ),
  ).toBe('C:/Li Wei/m.safetensors 不完整：在文件头处中断，请重新下载或复制。')
})

test('of a list of devices the reason of each is translated', () => {
  const why = [
    verbatim('cuda: '),
    msg('its library is not installed'),
    verbatim('; webgpu: '),
    verbatim('it fell over'),
  ]
  expect(
    chinese(
      msg('The model cannot run on {{device}} here ({{why}}). Try --device cpu.', { device: 'auto', why }),
    ),
  ).toBe('模型在这台电脑上无法用 auto 运行（cuda: 未安装所需的库; webgpu: it fell over）。请选择 CPU。')
})

test('a window does not speak of the terminal, in English neither', () => {
  expect(english(msg('There is no head {{id}} in this library; see labelroom heads.', { id: 7 }))).toBe(
    'There is no head 7 in this library.',
  )
})

test('what has no translation stays', () => {
  for (const words of ['EPIPE: broken pipe, write', '', 'The file is empty', 'constructor', 'a {{b}}'])
    expect([chinese(verbatim(words)), english(verbatim(words))]).toEqual([words, words])
})

test('letters that mean something in a pattern mean themselves', () => {
  const same = (template: string) => template
  expect(render({ template: '{{n}} % (a+b) [x] costs $1.', values: { n: 5 } }, same)).toBe(
    '5 % (a+b) [x] costs $1.',
  )
  expect(render({ template: '{{n}} {{constructor}} {n}', values: { n: '$&' } }, same)).toBe(
    '$& {{constructor}} {n}',
  )
})
