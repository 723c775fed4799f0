// Disks and library files that fail: full, damaged, locked by another program, read-only.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { runCliHosted, startCli, type CliResult } from '../helpers/cli.ts'
import { writePhotos } from '../helpers/photos.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import {
  createDice,
  damageBytes,
  damageKinds,
  distinct,
  faultOf,
  withTimeout,
  type Attack,
} from './attack.ts'

const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0
const cpu = ['--device', 'cpu', '--threads', '1'] as const

type Run = (args: readonly string[], home: string) => Promise<CliResult>

/** Long for a busy machine, too: a command takes some seconds. */
const hangsAfterSeconds = 300

const runHosted: Run = async (args, home) => {
  const ended = await withTimeout(hangsAfterSeconds, runCliHosted(args, home))
  if (ended === 'hangs') throw new Error(`labelroom ${args[0] ?? ''} hangs`)
  return ended
}

/** In a process of its own, which is ended where it hangs, and says how far it came. */
const runInOwnProcess: Run = async (args, home) => {
  const child = startCli(args, home)
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const ended = await withTimeout(hangsAfterSeconds, once(child, 'close'))
  if (ended !== 'hangs') return { code: ended[0] as number | null, ...output }
  child.kill('SIGKILL')
  throw new Error(`labelroom ${args.join(' ')} hangs; it said: ${output.stderr.slice(-1000)}`)
}

/** Prepares photos and a model; returns the command line in one home folder, and what it must never say. */
async function setUp(folder: string, photoCount: number, runIn = runHosted) {
  const [home, photos] = [path.join(folder, 'home'), path.join(folder, 'photos')]
  await mkdir(home)
  await writePhotos(photos, photoCount)
  const model = await writeTinyModel(path.join(folder, 'tiny'))
  const bad: string[] = []
  const run = async (...args: string[]): Promise<CliResult> => {
    const ended = await runIn(args, home)
    const fault = faultOf(ended.stderr.slice(-4000))
    if (fault !== null) bad.push(`${args[0] ?? ''}: ${fault}`)
    if (/unexpected error|Internal/i.test(ended.stderr))
      bad.push(`${args[0] ?? ''}: ${ended.stderr.slice(-200)}`)
    return ended
  }
  const label = (library: string, csv: string) =>
    run('label', photos, '--model', model, ...cpu, '--library', library, '--csv', csv)
  return { photos, run, label, bad }
}

/** Small file systems that are full at some moment of a job; with room, the same command completes it. */
export const fillDisks: Attack = async ({ folder, count, seed }) => {
  const { below } = createDice(seed)
  const { label, bad } = await setUp(folder, 40, runInOwnProcess)
  const reference = path.join(folder, 'reference.csv')
  await label(path.join(folder, 'reference.db'), reference)
  const disk = path.join(folder, 'disk')
  await mkdir(disk)
  const ends = { told: 0, fitted: 0 }
  for (let number = 0; number < count; number++) {
    if (!mount('-t', 'tmpfs', '-o', `size=${16 + below(700)}k`, 'tmpfs', disk))
      return { tried: 'SKIPPED: mounting is not allowed', held: '', bad }
    try {
      const [library, csv] = [path.join(disk, 'library.db'), path.join(disk, 'labels.csv')]
      const first = await label(library, csv)
      if (first.code === 0) ends.fitted++
      else if (first.code === 3 && /full|room|space/.test(first.stderr)) ends.told++
      else bad.push(`ended with ${first.code}: ${first.stderr.slice(-200)}`)
      mount('-o', 'remount,size=64m', disk)
      const second = await label(library, csv)
      if (second.code !== 0) bad.push(`with room it ended with ${second.code}: ${second.stderr.slice(-200)}`)
      else if (!(await readFile(csv)).equals(await readFile(reference))) bad.push('the CSV differs')
    } finally {
      spawnSync('umount', ['-l', disk])
    }
  }
  return {
    tried: `${count} disks of 16 to 716 kB`,
    held: `${ends.told} said that the disk is full, ${ends.fitted} had room; with room the same command gives the same CSV`,
    bad: distinct(bad),
  }
}

/** Damaged library files: whatever is done with one, a command that says that all went well leaves a sound library. */
export const damageLibraries: Attack = async ({ folder, count, seed }) => {
  const dice = createDice(seed)
  const { photos, run, label, bad } = await setUp(folder, 20)
  const sound = path.join(folder, 'sound.db')
  await label(sound, path.join(folder, 'sound.csv'))
  const table = path.join(folder, 'table.csv')
  await writeFile(table, `file_name,label\n${['part 0/000.jpg,ant', 'part 1/001.jpg,bee'].join('\n')}\n`)
  await run('import', table, photos, '--library', sound)
  const bytes = await readFile(sound)
  const ends = { refused: 0, worked: 0 }
  const library = path.join(folder, 'damaged.db')
  for (let number = 0; number < count; number++) {
    const kind = dice.pick(damageKinds)
    await writeFile(library, damageBytes(bytes, dice, kind))
    const isDamaged = (await run('library', 'check', '--library', library)).code !== 0
    for (const args of [
      ['label', photos, ...cpu, '--model', path.join(folder, 'tiny'), '--csv', path.join(folder, 'out.csv')],
      ['import', table, photos],
      ['export', photos, '--csv', path.join(folder, 'out.csv')],
    ]) {
      const { code, stderr } = await run(
        ...args,
        '--library',
        library,
        ...(args[0] === 'import' ? [] : ['--overwrite']),
      )
      if (code === 0) ends.worked++
      else if (code === 3) ends.refused++
      else bad.push(`${args[0]} ended with ${code}: ${stderr.slice(-200)}`)
      if (code === 0 && isDamaged && args[0] !== 'export')
        bad.push(`${args[0]} wrote to a damaged library (${kind})`)
    }
    for (const ending of ['', '-wal', '-shm']) await rm(`${library}${ending}`, { force: true })
  }
  return {
    tried: `${count} damaged libraries x 3 commands`,
    held: `${ends.refused} refused with a sentence, ${ends.worked} worked on a library that is sound`,
    bad: distinct(bad),
  }
}

/** A library that another program holds, and one on a read-only drive. */
export const lockLibraries: Attack = async ({ folder }) => {
  const { photos, run, label, bad } = await setUp(folder, 5)
  const home = path.join(folder, 'disk')
  await mkdir(home)
  const library = path.join(home, 'library.db')
  const csv = path.join(folder, 'labels.csv')
  await label(library, csv)
  const held: string[] = []
  const holder = new Database(library)
  holder.exec('BEGIN IMMEDIATE')
  const release = setTimeout(() => holder.close(), 8000)
  const table = path.join(folder, 'table.csv')
  await writeFile(table, 'file_name,label\npart 0/000.jpg,ant\n')
  const locked = await run('import', table, photos, '--library', library)
  clearTimeout(release)
  if (holder.open) holder.close()
  held.push(`a library that another program holds: ${locked.code === 0 ? 'waits and goes on' : 'a sentence'}`)
  if (locked.code !== 0 && !locked.stderr.includes('another program'))
    bad.push(`locked: ${locked.stderr.slice(-200)}`)
  if (mount('--bind', home, home) && mount('-o', 'remount,ro,bind', home)) {
    const out = path.join(folder, 'readonly.csv')
    const { code, stderr } = await run('export', photos, '--csv', out, '--library', library)
    if (code === 0) held.push('a read-only library is exported')
    else bad.push(`a read-only library cannot be exported: ${stderr.trim().slice(-200)}`)
    const written = await run('import', table, photos, '--library', library)
    if (written.code !== 3) bad.push(`an import into a read-only library ended with ${written.code}`)
    spawnSync('umount', ['-l', home])
  } else held.push('SKIPPED: read-only, mounting is not allowed')
  if (existsSync(`${library}-wal`)) bad.push('a log is left')
  return { tried: '1 locked, 1 read-only library', held: held.join('; '), bad: distinct(bad) }
}
