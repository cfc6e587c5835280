import { readdir, readFile } from 'node:fs/promises'
import { extname } from 'node:path'

/** A file of the page, in memory. */
export interface Asset {
  readonly type: string
  readonly body: Uint8Array<ArrayBuffer>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const folder = new URL('./page/', import.meta.url)

/** Reads the page's files once; their names are all that can be asked for. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const names = (await readdir(folder)).filter((name) => extname(name) in types)
  return new Map(
    await Promise.all(
      names.map(async (name) => {
        const body = new Uint8Array(await readFile(new URL(name, folder)))
        return [name, { type: types[extname(name)]!, body }] as const
      }),
    ),
  )
}
