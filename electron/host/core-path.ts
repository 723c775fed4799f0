// How paths cross the boundary of the core: absolute, with `/`.
import path from 'node:path'

export function toCorePath(file: string): string {
  return path.resolve(file).split(path.sep).join('/')
}
