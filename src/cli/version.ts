import { readFile } from 'node:fs/promises'

/** The version in package.json, which lies two folders up from sources and built files alike. */
export async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
