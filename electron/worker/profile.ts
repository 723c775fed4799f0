// Reads from the runtime's profiler on which provider the nodes of a graph ran: the runtime falls back to another one silently.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import type { Device } from '../contract/domain.ts'
import * as ort from './runtime.ts'

/** How the profiler spells each device; matched as a prefix, in lower case. */
const profiledNames: Readonly<Record<Device, string>> = {
  cpu: 'cpu',
  webgpu: 'webgpu',
  cuda: 'cuda',
  directml: 'dml',
  coreml: 'coreml',
}

const ProfileEvents = z.array(
  z.object({ name: z.string(), args: z.object({ provider: z.string().optional() }).optional() }),
)

export interface ProfiledSession {
  readonly session: ort.InferenceSession
  /** Stops profiling; returns the share 0..1 of the computed nodes that ran on `device`. */
  endProfile(device: Device): Promise<number>
}

/** Opens a session that records where its nodes run until `endProfile`; the session goes on afterwards. */
export async function openProfiled(
  file: string,
  options: ort.InferenceSession.SessionOptions,
): Promise<ProfiledSession> {
  const folder = await mkdtemp(path.join(tmpdir(), 'labelroom-profile-'))
  try {
    const session = await ort.InferenceSession.create(file, {
      ...options,
      enableProfiling: true,
      profileFilePrefix: path.join(folder, 'profile'),
    })
    return {
      session,
      async endProfile(device) {
        session.endProfiling()
        const share = await readShare(folder, device)
        await rm(folder, { recursive: true, force: true })
        return share
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function readShare(folder: string, device: Device): Promise<number> {
  const [name] = await readdir(folder)
  if (name === undefined) throw new Error('the runtime wrote no profile')
  const events = ProfileEvents.parse(JSON.parse(await readFile(path.join(folder, name), 'utf8')))
  const providerOf = new Map<string, string>()
  for (const event of events)
    if (event.args?.provider !== undefined && event.args.provider !== '')
      providerOf.set(event.name, event.args.provider.toLowerCase())
  const onDevice = [...providerOf.values()].filter((provider) => provider.startsWith(profiledNames[device]))
  return providerOf.size === 0 ? 0 : onDevice.length / providerOf.size
}
