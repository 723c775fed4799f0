// HF_TOKEN opens models behind terms, and is sent to nobody but the hub.
import { expect, test } from 'vitest'
import { hubFromEnvironment } from '../../../../electron/host/hub-environment.ts'
import { isFile } from '../../../../models/checkpoint/files.ts'
import { setUpInstall, startTinyHub } from './helpers.ts'

test('sends the token to the hub, and not to the store that it redirects to', async () => {
  const hub = await startTinyHub()
  const told: { readonly host: string; readonly authorization: string | undefined }[] = []
  hub.misbehave = ({ headers }, response) => {
    told.push({ host: headers.host ?? '', authorization: headers.authorization })
    const isHub = headers.host === new URL(hub.url).host
    if (!isHub || headers.authorization === 'Bearer hf_mine') return false
    response.writeHead(401).end()
    return true
  }
  const env = { HF_TOKEN: ' hf_mine\n', HF_ENDPOINT: hub.url }
  const folder = await setUpInstall(hub.url, hubFromEnvironment(env)).run()
  expect(await isFile(`${folder}/model.safetensors`)).toBe(true)
  const isHub = ({ host }: { readonly host: string }) => host === new URL(hub.url).host
  expect(new Set(told.filter(isHub).map(({ authorization }) => authorization))).toEqual(
    new Set(['Bearer hf_mine']),
  )
  const others = told.filter((request) => !isHub(request))
  expect(others.length).toBeGreaterThan(0)
  expect(others.every(({ authorization }) => authorization === undefined)).toBe(true)
})

test.each([
  [{}, /Agree to them in a browser and set HF_TOKEN/],
  [{ HF_TOKEN: '' }, /Agree to them in a browser and set HF_TOKEN/],
  [{ HF_TOKEN: 'hf_other' }, /does not give .* to the owner of HF_TOKEN \(401\)/],
])('a refusal says what to do with %o', async (env, sentence) => {
  const hub = await startTinyHub()
  hub.misbehave = (_request, response) => {
    response.writeHead(401).end()
    return true
  }
  const failed = setUpInstall(hub.url, { ...hubFromEnvironment(env), baseUrl: hub.url }).run()
  await expect(failed).rejects.toMatchObject({ code: 'hub-forbidden' })
  await expect(failed).rejects.toThrow(sentence)
})
