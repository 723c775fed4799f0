// Writes the embeddings that the tests of learning read, out of the photos and the ViT beside the checkout.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { embedCifar10, storeCifar10 } from '../helpers/cifar10.ts'

const home = await mkdtemp(path.join(tmpdir(), 'labelroom-cifar10-'))
await storeCifar10(await embedCifar10(home))
await rm(home, { recursive: true, force: true })
