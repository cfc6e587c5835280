import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { retrieve } from '../../src/annotators/retrieval/retrieve.ts'
import type { OpenData } from '../../src/campaign/pool.ts'
import type { Item } from '../../src/core/item.ts'
import { makeRng, type Rng } from '../../src/core/rng.ts'
import { fineLevel, type Taxonomy } from '../../src/core/taxonomy.ts'
import { gatherRows, type Matrix } from '../../src/tensor/matrix.ts'
import { truthOf } from './rows.ts'

/** Open data as retrieval found them, and what only a benchmark knows of them. */
export interface CaptionedData extends OpenData {
  /** Captions that were searched. */
  readonly captions: number
  /** Of those that were found, how many are of another class than their caption says. */
  readonly wrong: number
}

const wrongShare = 0.2

/**
 * Writes a caption for each picture, some of them with the name of another class, and retrieves from them what names a class.
 *
 * @param features - Those of the pictures, row by row.
 */
export async function retrieveCaptioned(
  pictures: readonly Item[],
  features: Matrix,
  taxonomy: Taxonomy,
  seed: number,
): Promise<CaptionedData> {
  const truth = truthOf(pictures, taxonomy)
  const captions = writeCaptions(truth, taxonomy, makeRng(seed, 'captions'))
  const lines = pictures.map(({ id }, i) => `${JSON.stringify({ path: id, caption: captions[i] })}\n`)
  const folder = await mkdtemp(join(tmpdir(), 'labelwright-bench-'))
  try {
    const path = join(folder, 'captions.jsonl')
    await writeFile(path, lines)
    const { items } = await retrieve({ files: [{ path }] }, taxonomy)
    return {
      features: gatherRows(
        features,
        items.map(({ row }) => row),
      ),
      labels: Int32Array.from(items, ({ label }) => label),
      captions: captions.length,
      wrong: items.filter(({ row, label }) => truth[row] !== label).length,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function writeCaptions(truth: Int32Array, taxonomy: Taxonomy, rng: Rng): string[] {
  const { k } = taxonomy
  const { classes } = fineLevel(taxonomy)
  return Array.from(truth, (y) => {
    const said = rng.uniform() < wrongShare ? (y + 1 + rng.below(k - 1)) % k : y
    return `a photo of ${classes[said]!.name.replaceAll('-', ' ')}`
  })
}
