// A network namespace's only resolver and servers: they write down who asks and who connects, and answer nothing of use.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'

export interface NetworkTrap {
  /** What reached it, in order: `asked for NAME`, `connected to port N`. */
  readonly caught: string[]
  readonly close: () => void
}

const dnsHeaderBytes = 12

/** Takes the ports 53, 80 and 443 of the loopback, and tells every name that it is there. */
export async function openNetworkTrap(): Promise<NetworkTrap> {
  const caught: string[] = []
  const resolver = createSocket('udp4')
  resolver.on('message', (query, { port, address }) => {
    const { name, end } = readName(query)
    caught.push(`asked for ${name}`)
    resolver.send(answer(query, end), port, address)
  })
  resolver.bind(53, '127.0.0.1')
  const servers = [80, 443].map((port) =>
    net
      .createServer((socket) => {
        caught.push(`connected to port ${port}`)
        socket.destroy()
      })
      .listen(port, '127.0.0.1'),
  )
  await Promise.all([once(resolver, 'listening'), ...servers.map((server) => once(server, 'listening'))])
  return {
    caught,
    close: () => {
      resolver.close()
      for (const server of servers) server.close()
    },
  }
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = []
  let at = dnsHeaderBytes
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  // After the closing 0: the type and the class.
  return { name: labels.join('.'), end: at + 5 }
}

/** 127.0.0.1 for a question of type A, no record for any other. */
function answer(query: Buffer, end: number): Buffer {
  const isAddress = query.readUInt16BE(end - 4) === 1
  const header = Buffer.from(query.subarray(0, dnsHeaderBytes))
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(isAddress ? 1 : 0, 6)
  header.writeUInt32BE(0, 8)
  const record = Buffer.from([0xc0, dnsHeaderBytes, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1])
  return Buffer.concat([header, query.subarray(dnsHeaderBytes, end), ...(isAddress ? [record] : [])])
}
