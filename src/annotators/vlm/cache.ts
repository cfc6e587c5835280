import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../../files/atomic-file.ts'
import type { Exchange } from './chat.ts'

/** Replies by what was asked, so that nothing is paid twice. What is kept is what the model said: better readers read it again for nothing. */
export interface ReplyCache {
  read(key: string): Promise<Exchange | undefined>
  write(key: string, exchange: Exchange): Promise<void>
}

const exchangeSchema = z.object({
  text: z.string(),
  finishReason: z.string(),
  usage: z.object({ input: z.number(), output: z.number() }).nullable(),
  seconds: z.number(),
})

/** A cache of small JSON files, 256 folders of them. A file that does not hold a reply counts as absent. */
export function openCache(folder: string): ReplyCache {
  const pathOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.json`)
  return {
    read: async (key) => {
      const text = await readFile(pathOf(key), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : exchangeSchema.safeParse(parseJson(text)).data
    },
    write: (key, exchange) => writeFileAtomic(pathOf(key), `${JSON.stringify(exchange, null, 2)}\n`),
  }
}

/** The SHA-256 of a JSON value, in hex; the order of an object's keys makes no difference. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, sortedKeys)).digest('hex')
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
