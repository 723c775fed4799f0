// Loaded before a program that a test starts: when the test's process is gone, so is the program.
// The test killed while it waits must leave nothing behind that works on.

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGKILL')
})
// The line is there to break, not to keep the program alive.
process.channel?.unref()
