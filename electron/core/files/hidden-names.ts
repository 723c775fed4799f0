// Names of files and folders that scans leave out, and that exports therefore avoid.

/** Made by systems and devices, not by users; besides these, every name that starts with a dot is hidden. */
const systemNames = new Set([
  '$recycle.bin',
  'system volume information',
  'lost+found',
  '@eadir',
  '#recycle',
  '__macosx',
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
])

/** Whether scans leave the name out. */
export const isHidden = (name: string): boolean => name.startsWith('.') || systemNames.has(name.toLowerCase())
