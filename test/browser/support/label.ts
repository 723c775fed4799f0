// Labels through the core and waits, for specs that need labels and are not about labelling.
import { setTimeout as wait } from 'node:timers/promises'
import type { Job, JobRequest } from '../../../electron/contract/jobs.ts'
import type { CoreClient } from '../../../electron/core/client.ts'

const pollMs = 50

export async function labelThroughCore(
  client: CoreClient,
  request: Partial<JobRequest> & Pick<JobRequest, 'model'>,
): Promise<Job> {
  let job = await client.jobs.start({ device: 'cpu', ...request })
  while (job.state === 'running') {
    await wait(pollMs)
    job = await client.jobs.get({ id: job.id })
  }
  return job
}
