// How far a labelling job is, for a user who looks elsewhere: in the title of the window, and when it has ended.
import type { Job } from '../../../../electron/contract/jobs.ts'
import { formatCount, formatPercent, sentence, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'

/** Shorter ones end before the user has turned to something else. */
const longJobMs = 10_000

/** The library's name, and before it the share that is done: `63% – photos – Labelroom`. */
export function windowTitle({ jobs, info }: AppState): string {
  const file = info.libraryFile.split(/[\\/]/).at(-1) ?? ''
  const progress = jobs.isRunning ? [jobs.share === null ? '…' : formatPercent(jobs.share)] : []
  return [...progress, file.replace(/\.db$/, ''), 'Labelroom'].filter((part) => part !== '').join(' – ')
}

/** `240 labelled · 3 failed` */
export function describeCounts({ labelled, failed, skipped }: Job['counts']): string {
  return [
    t('jobs.labelled', { shown: formatCount(labelled) }),
    failed > 0 ? t('jobs.failed', { shown: formatCount(failed) }) : '',
    skipped > 0 ? t('jobs.skipped', { shown: formatCount(skipped) }) : '',
  ]
    .filter(Boolean)
    .join(' · ')
}

/** Reviews what the job has labelled. */
export function reviewJob({ navigation, jobs }: AppState, { request }: Job): void {
  const [folder, ...others] = request.folders
  jobs.hasNews = false
  navigation.openReview('grid', {
    filter: folder === undefined || others.length > 0 ? {} : { folder },
    photoIds: request.photoIds,
  })
}

/** Tells the system of long jobs that end or fail; a click reviews what the job has labelled. Returns the function that stops this. */
export function notifyOfJobs(app: AppState): () => void {
  let notified: Job | null = null
  const stops = [
    app.jobs.onEnd((job) => {
      const { state, reason, elapsedMs, counts } = job
      if (elapsedMs < longJobMs || (state !== 'done' && state !== 'failed')) return
      notified = job
      const news =
        state === 'done'
          ? { title: t('jobs.done'), body: `${describeCounts(counts)}. ${t('jobs.reviewNow')}` }
          : { title: t('jobs.failedJob'), body: reason === null ? describeCounts(counts) : sentence(reason) }
      void app.attempt(() => app.api.shell.notify(news))
    }),
    app.subscribe('shell.notification-clicked', () => {
      // Why one failed, and the way on, is at the bottom of every screen.
      if (notified?.state === 'done') reviewJob(app, notified)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
