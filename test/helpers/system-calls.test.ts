// That a trace is read right: a check that overlooks a line would always pass.
import { expect, test } from 'vitest'
import { parseTrace } from './system-calls.ts'

test('addresses beyond the loopback are told, also of connections that fail or come in two lines', () => {
  const { addresses } = parseTrace(
    [
      '7 connect(26<UDP:[1]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.53")}, 16) = -1 ENETUNREACH (Network is unreachable)',
      '7 connect(27<TCP:[2]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("20.1.2.3")}, 16 <unfinished ...>',
      '8 connect(28<TCP:[3]>, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
      '7 <... connect resumed>) = -1 EINPROGRESS (Operation now in progress)',
      '8 connect(29<UDPv6:[4]>, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:4860::8888", &sin6_addr), sin6_scope_id=0}, 28) = 0',
      '8 connect(30<TCPv6:[5]>, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0',
      '8 sendto(31<UDP:[6]>, "a", 1, 0, {sa_family=AF_INET, sin_port=htons(99), sin_addr=inet_addr("8.8.8.8")}, 16) = 1',
      '8 connect(32<UNIX-STREAM:[7]>, {sa_family=AF_UNIX, sun_path="/run/nscd/socket"}, 110) = -1 ENOENT (No such file or directory)',
    ].join('\n'),
  )
  expect(addresses).toEqual(['10.0.0.53:53', '20.1.2.3:443', '2001:4860::8888:443', '8.8.8.8:99'])
})

test('files that are written, made or get a name are told, by the path that the descriptor has', () => {
  const { written } = parseTrace(
    [
      '7 openat(AT_FDCWD</srv>, "/home/ann/.ses", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 25</home/ann/.ses>',
      '7 openat(25</home/ann/queue>, "deviceid.tmp", O_WRONLY|O_CREAT|O_EXCL, 0600) = 26</home/ann/queue/deviceid.tmp>',
      '7 openat(AT_FDCWD</srv>, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 27</etc/hosts>',
      '7 openat(AT_FDCWD</srv>, "/home/bob/secret", O_RDWR) = -1 EACCES (Permission denied)',
      '7 openat(AT_FDCWD</srv>, "/tmp", O_RDWR|O_EXCL|O_TMPFILE, 0600) = 28</tmp/#12>(deleted)',
      '7 mkdir("/home/ann/queue", 0700) = 0',
      '7 mkdir("/home/ann", 0700) = -1 EEXIST (File exists)',
      '7 rename("/home/ann/a", "/home/ann/b") = 0',
      '7 renameat(25</home/ann/queue>, "deviceid.tmp", 25</home/ann/queue>, "deviceid") = 0',
      '7 symlinkat("/etc", AT_FDCWD</srv>, "link") = 0',
    ].join('\n'),
  )
  expect(written).toEqual([
    '/home/ann/.ses',
    '/home/ann/b',
    '/home/ann/queue',
    '/home/ann/queue/deviceid',
    '/home/ann/queue/deviceid.tmp',
    '/srv/link',
  ])
})
