import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Item } from '../core/item.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { readNpy, writeNpy } from '../tensor/npy.ts'
import type { EncodedItems, Encoder } from './encoder.ts'

const sidecarSchema = z.object({
  encoder: z.string(),
  /** Index of the item of each row. */
  kept: z.array(z.int().min(0)),
  quarantined: z.array(z.object({ where: z.string(), why: z.string() })),
})

/**
 * Encodes items, or reads what an earlier call with the same encoder and items left in `folder`: `<key>.npy` with one row per kept item
 * and `<key>.json` with the rest. A picture file that has changed since (size or time of change) makes a new key.
 */
export async function encodeCached(
  encoder: Encoder,
  items: readonly Item[],
  folder: string,
  onProgress?: (done: number) => void,
): Promise<EncodedItems> {
  const base = join(folder, await cacheKey(encoder, items))
  const cached = await readCached(base)
  if (cached) {
    onProgress?.(items.length)
    return cached
  }
  const encoded = await encoder.encode(items, onProgress)
  await writeCached(base, encoder.id, encoded)
  return encoded
}

async function readCached(base: string): Promise<EncodedItems | undefined> {
  try {
    const sidecar = sidecarSchema.parse(JSON.parse(await readFile(`${base}.json`, 'utf8')))
    const features = await readNpy(`${base}.npy`)
    if (features.rows !== sidecar.kept.length) return undefined
    return { features, kept: Int32Array.from(sidecar.kept), quarantined: sidecar.quarantined }
  } catch {
    // Absent or damaged is the same here: the features are made again.
    return undefined
  }
}

async function writeCached(
  base: string,
  encoder: string,
  { features, kept, quarantined }: EncodedItems,
): Promise<void> {
  await writeNpy(`${base}.npy`, features)
  // The sidecar last: whoever finds a sidecar finds the features.
  const sidecar: z.infer<typeof sidecarSchema> = { encoder, kept: [...kept], quarantined: [...quarantined] }
  await writeFileAtomic(`${base}.json`, JSON.stringify(sidecar))
}

const filesAtOnce = 256

async function cacheKey(encoder: Encoder, items: readonly Item[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(encoder.id))
  for (let start = 0; start < items.length; start += filesAtOnce) {
    const states = await Promise.all(items.slice(start, start + filesAtOnce).map(contentState))
    hash.update(JSON.stringify(states))
  }
  return hash.digest('hex').slice(0, 32)
}

async function contentState({ id, source }: Item): Promise<unknown> {
  if (source.kind === 'text') return [id, source.text]
  const file = await stat(source.path).catch(() => undefined)
  return [id, source.kind === 'region' ? source.box : null, file?.size ?? null, file?.mtimeMs ?? null]
}
