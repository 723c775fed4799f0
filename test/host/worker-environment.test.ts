// A worker gets what its libraries need of the user's environment, and nothing that is none of its business.
import { expect, test, vi } from 'vitest'
import { workerVariables } from '../../electron/common/runtime-environment.ts'
import { workerEnvironment } from '../../electron/host/worker-settings.ts'

test('a worker gets no tokens, proxies or options of the user, and the telemetry stays off', () => {
  const secrets = ['HF_TOKEN', 'HF_ENDPOINT', 'AWS_SECRET_ACCESS_KEY', 'HTTPS_PROXY', 'SSH_AUTH_SOCK']
  const options = ['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'LD_PRELOAD', 'LABELROOM_HOME']
  for (const name of [...secrets, ...options]) vi.stubEnv(name, 'secret')
  vi.stubEnv('ORT_DISABLE_TELEMETRY', '0')
  const given = workerEnvironment(2)
  vi.unstubAllEnvs()
  expect(Object.values(given)).not.toContain('secret')
  expect(given).toMatchObject({ ORT_DISABLE_TELEMETRY: '1', UV_THREADPOOL_SIZE: '4' })
})

test('a worker gets what libraries, graphics cards and temporary files need, however Windows spells it', () => {
  const needed = {
    Path: 'C:\\bin',
    SystemRoot: 'C:\\Windows',
    TMPDIR: '/t',
    CUDA_VISIBLE_DEVICES: '0',
    LC_ALL: 'C',
  }
  expect(workerVariables({ ...needed, Secret: 'x' })).toEqual({ ...needed, ORT_DISABLE_TELEMETRY: '1' })
})
