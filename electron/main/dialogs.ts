// The dialogs of the system that Labelroom shows itself: choosing libraries, and what went wrong with the way on.
import { dialog, type BrowserWindow } from 'electron'
import { libraryPath } from '../common/library-path.ts'
import type { Backup } from '../contract/backups.ts'
import type { Message } from '../texts/message.ts'
import type { Texts } from './texts.ts'

type Parent = BrowserWindow | null

/** On a Mac a dialog without a window is the app's own; elsewhere it belongs to the window where there is one. */
const showMessage = (parent: Parent, options: Electron.MessageBoxOptions) =>
  parent === null ? dialog.showMessageBox(options) : dialog.showMessageBox(parent, options)

const filters = (texts: Texts) => [{ name: texts.t('libraryFiles'), extensions: ['db'] }]

/** Null when the user cancels. */
export async function chooseLibrary(parent: Parent, texts: Texts): Promise<string | null> {
  const options: Electron.OpenDialogOptions = { properties: ['openFile'], filters: filters(texts) }
  const { filePaths } =
    parent === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(parent, options)
  return filePaths[0] === undefined ? null : libraryPath(filePaths[0])
}

export async function chooseNewLibrary(parent: BrowserWindow, texts: Texts): Promise<string | null> {
  const { filePath } = await dialog.showSaveDialog(parent, {
    defaultPath: 'photos.db',
    filters: filters(texts),
  })
  return filePath === '' ? null : libraryPath(filePath)
}

/** What is asked about a library that cannot be opened. */
type LibraryAnswer = 'restore' | 'choose' | 'again' | 'quit'

/** The library cannot be opened: the one sentence that says why, and what can be done; `backup` can take its place. */
export async function askAboutLibrary(
  message: Message,
  backup: Backup | null,
  texts: Texts,
): Promise<LibraryAnswer> {
  const answers: readonly LibraryAnswer[] = [
    ...(backup === null ? [] : (['restore'] as const)),
    'choose',
    'again',
    'quit',
  ]
  const names = {
    restore: backup === null ? '' : restoreText(backup, texts),
    choose: texts.t('chooseLibrary'),
    again: texts.t('tryAgain'),
    quit: texts.t('quit'),
  }
  const { response } = await showMessage(null, {
    type: 'error',
    title: 'Labelroom',
    message: texts.t('libraryFailed'),
    detail: texts.sentence(message),
    buttons: answers.map((answer) => names[answer]),
    defaultId: answers.indexOf(backup === null ? 'again' : 'restore'),
    cancelId: answers.indexOf('quit'),
    noLink: true,
  })
  return answers[response] ?? 'quit'
}

/** The same for another library than the one that is open. True: restore the backup. */
export async function tellLibraryFailed(
  parent: Parent,
  message: Message,
  backup: Backup | null,
  texts: Texts,
): Promise<boolean> {
  const { response } = await showMessage(parent, {
    type: 'error',
    message: texts.t('libraryFailed'),
    detail: texts.sentence(message),
    buttons: [...(backup === null ? [] : [restoreText(backup, texts)]), texts.t('close')],
    cancelId: backup === null ? 0 : 1,
    noLink: true,
  })
  return backup !== null && response === 0
}

const restoreText = ({ atMs }: Backup, { t, language }: Texts): string =>
  t('restoreBackup', {
    date: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs),
  })

/** True: reload the page. */
export async function askAfterPageGone(
  parent: BrowserWindow,
  reason: string,
  texts: Texts,
): Promise<'reload' | 'quit'> {
  const { response } = await showMessage(parent, {
    type: 'error',
    message: texts.t('windowStopped'),
    detail: `${texts.t('windowStoppedDetail')} (${reason})`,
    buttons: [texts.t('reload'), texts.t('quit')],
    cancelId: 0,
    noLink: true,
  })
  return response === 1 ? 'quit' : 'reload'
}

export async function askAboutHangingPage(parent: BrowserWindow, texts: Texts): Promise<'wait' | 'reload'> {
  const { response } = await showMessage(parent, {
    type: 'warning',
    message: texts.t('windowHangs'),
    detail: texts.t('windowStoppedDetail'),
    buttons: [texts.t('wait'), texts.t('reload')],
    cancelId: 0,
    noLink: true,
  })
  return response === 1 ? 'reload' : 'wait'
}

export async function tellCoreGivenUp(
  parent: Parent,
  why: Message,
  logFile: string,
  texts: Texts,
): Promise<void> {
  await showMessage(parent, {
    type: 'error',
    message: texts.t('coreStopped'),
    detail: `${texts.t('coreStoppedDetail', { logFile })}\n\n${texts.sentence(why)}`,
    buttons: [texts.t('quit')],
  })
}
