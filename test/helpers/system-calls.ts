// What a process and its children connect to and which files they write, read from a trace by strace.
import { readFile } from 'node:fs/promises'
import path from 'node:path'

export interface Traced {
  /** Addresses beyond the loopback that a socket was connected or sent to, as `address:port`. */
  readonly addresses: readonly string[]
  /** Files that were opened for writing or made, folders, links and new names; absolute, each once. */
  readonly written: readonly string[]
}

const network = ['connect', 'sendto', 'sendmsg', 'sendmmsg']
const files = ['open', 'openat', 'creat', 'mkdir', 'mkdirat', 'rename', 'renameat', 'renameat2']
const links = ['link', 'linkat', 'symlink', 'symlinkat']

/** The words in front of a command that is to be traced into `file`, with all processes that it starts. */
export const tracing = (file: string): string[] => [
  'strace',
  ...['-f', '-qq', '-y', '-s', '4096', '--seccomp-bpf', '-o', file],
  ...['-e', `trace=${[...network, ...files, ...links].join(',')}`],
  ...['-e', 'signal=none'],
]

export async function readTrace(file: string): Promise<Traced> {
  return parseTrace(await readFile(file, 'utf8'))
}

export function parseTrace(text: string): Traced {
  const addresses = new Set<string>()
  const written = new Set<string>()
  for (const call of wholeCalls(text)) {
    const [, name = '', parameters = '', result = ''] = /^(\w+)\((.*)\)\s+= (.*)$/s.exec(call) ?? []
    if (network.includes(name)) for (const address of farAddresses(parameters)) addresses.add(address)
    else if (!result.startsWith('-')) for (const made of madeBy(name, parameters, result)) written.add(made)
  }
  return { addresses: [...addresses].sort(), written: [...written].sort() }
}

/** strace splits a call in two where another thread's came between. */
function* wholeCalls(text: string): Generator<string> {
  const begun = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(rest)?.[1]
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1]
    if (unfinished !== undefined) begun.set(pid, unfinished)
    else if (resumed !== undefined) yield `${begun.get(pid) ?? ''}${resumed}`
    else yield rest
  }
}

/** A connection that fails counts as well: it was wanted. */
function farAddresses(parameters: string): string[] {
  const found = parameters.matchAll(
    /sin6?_port=htons\((\d+)\).*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")/g,
  )
  return [...found]
    .map(([, port = '', v4, v6 = '']) => ({ port, address: v4 ?? v6 }))
    .filter(({ address }) => !/^(127\.|::1$|::ffff:127\.)/.test(address))
    .map(({ port, address }) => `${address}:${port}`)
}

function madeBy(name: string, parameters: string, result: string): string[] {
  const quoted = [...parameters.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text)
  if (name === 'open' || name === 'openat' || name === 'creat') {
    if (name !== 'creat' && !/\bO_(WRONLY|RDWR|CREAT|TRUNC)\b/.test(parameters)) return []
    // A file without a name is gone with its process; SQLite sorts in such ones.
    if (parameters.includes('O_TMPFILE')) return []
    // With -y the descriptor says which file it is, whatever the name was relative to.
    const made = /^\d+<([^>]*)>/.exec(result)?.[1] ?? quoted[0] ?? ''
    // What a process says of itself to the system is no file.
    return made.startsWith('/proc/') ? [] : [made]
  }
  const folder = [...parameters.matchAll(/(?:AT_FDCWD|\d+)<([^>]*)>/g)].at(-1)?.[1] ?? '/'
  return quoted.slice(-1).map((name) => path.resolve(folder, name))
}
