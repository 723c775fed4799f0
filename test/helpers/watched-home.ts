// The environment of a user whose home, cache and temporary folder are watched for files that are not Labelroom's.
import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'

export interface WatchedHome {
  /** Labelroom's own data folder. */
  readonly dataFolder: string
  /** What a command is started with: the watched folders, and a user who wishes for telemetry. */
  readonly env: Readonly<Record<string, string>>
  /** Every file and folder of the watched folders that is not Labelroom's, relative to `folder`; sorted. */
  readonly strangeFiles: () => string[]
}

/** What makes the runtime silent by itself, so that a test would find nothing whatever Labelroom does. */
const silencers = [
  'CI',
  'TF_BUILD',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'CIRCLECI',
  'TRAVIS',
  'JENKINS_URL',
  'CODEBUILD_BUILD_ID',
  'BUILDKITE',
  'TEAMCITY_VERSION',
  'APPVEYOR',
  'BITBUCKET_BUILD_NUMBER',
  'SYSTEM_TEAMFOUNDATIONCOLLECTIONURI',
  'ORT_RUNNING_UNIT_TESTS',
]

/** Makes the folders below `folder`, which may hold other things too: those are not watched. */
export function watchedHome(folder: string): WatchedHome {
  const dataFolder = path.join(folder, 'data')
  const watched = { HOME: 'home', XDG_CACHE_HOME: 'cache', XDG_DATA_HOME: 'share', TMPDIR: 'tmp' }
  for (const name of ['data', ...Object.values(watched)]) mkdirSync(path.join(folder, name))
  return {
    dataFolder,
    env: {
      ...Object.fromEntries(silencers.map((name) => [name, ''])),
      ...Object.fromEntries(
        Object.entries(watched).map(([variable, name]) => [variable, path.join(folder, name)]),
      ),
      ORT_DISABLE_TELEMETRY: '0',
    },
    strangeFiles: () =>
      Object.values(watched)
        .flatMap((name) =>
          readdirSync(path.join(folder, name), { recursive: true }).map((file) => `${name}/${String(file)}`),
        )
        .sort(),
  }
}
