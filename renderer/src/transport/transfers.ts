// Files between the browser and the host on 127.0.0.1: a table that the user chose goes up, an export comes down.
import type { WireReply } from '../../../electron/contract/transport.ts'
import { ApiError } from './api.ts'

/** Returns where the host keeps the file, for an import; throws ApiError. */
export async function uploadFile(file: File): Promise<string> {
  const response = await fetch(`/upload?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  })
  // A file that is too large is refused before it was read.
  if (!response.ok) throw new Error(await response.text())
  const reply = (await response.json()) as WireReply
  if (!reply.ok) throw new ApiError(reply.error.code, reply.error.message, 'upload')
  return (reply.output as { path: string }).path
}

/** Lets the user save a text that the page has. */
export function saveText(text: string, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Lets the browser save an export that was written to a file of the host; its folder is named by the id of the download. */
export function downloadFile(path: string): void {
  const [id = '', name = ''] = path.split('/').slice(-2)
  const link = document.createElement('a')
  link.href = `/download/${id}`
  link.download = name
  link.click()
}
