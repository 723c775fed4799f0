// An open app that labels one photo after the other, keywords following; killed by automatic-kill.test.ts.
import { setImmediate } from 'node:timers/promises'
import { createCore } from '../../../electron/core/core.ts'
import { createClient, directTransport } from '../../../electron/core/client.ts'

const [libraryFile = '', cacheDir = ''] = process.argv.slice(2)
const core = createCore({
  ...{ libraryFile, cacheDir, isBackedUpDaily: true },
  spawnInference: () => {
    throw new Error('nothing runs a model here')
  },
})
const client = createClient(directTransport(core))
const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 500 })
for (;;)
  for (const name of ['cat', 'dog', 'owl'])
    for (const { photoId } of cards) {
      await client.labels.confirm({ photoIds: photoId === null ? [] : [photoId], name, isOnly: true })
      await setImmediate()
    }
