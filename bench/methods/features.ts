import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Item } from '../../src/core/item.ts'
import { makeRng } from '../../src/core/rng.ts'
import { makeBuiltinTextEncoder } from '../../src/encoders/builtin-text.ts'
import { encodeCached } from '../../src/encoders/cached-features.ts'
import { openEncoder } from '../../src/encoders/open-encoder.ts'
import { prepareFeatures } from '../../src/learners/prepare-features.ts'
import { stackedRows } from '../../src/learners/stacked-rows.ts'
import { rowsView, type Matrix } from '../../src/tensor/matrix.ts'
import { mobilenet } from '../kernels/real-data.ts'

/** Pictures as MobileNetV2 sees them, kept in `LABELWRIGHT_BENCH_CACHE` from one run to the next. */
export async function encodePictures(items: readonly Item[]): Promise<Matrix> {
  const cache = process.env['LABELWRIGHT_BENCH_CACHE'] ?? join(tmpdir(), 'labelwright-bench-features')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(tmpdir(), 'labelwright-bench-'))
  try {
    await writeFile(join(folder, 'mobilenet.json'), JSON.stringify(mobilenet))
    const encoder = await openEncoder('onnx:./mobilenet.json', folder, 'image')
    const { features, quarantined } = await encodeCached(encoder, items, cache)
    if (quarantined.length > 0) throw new Error(`${quarantined.length} pictures cannot be read.`)
    return features
  } finally {
    await rm(folder, { recursive: true })
  }
}

export async function encodeTexts(items: readonly Item[]): Promise<Matrix> {
  return (await makeBuiltinTextEncoder().encode(items)).features
}

/** Pool and test on one scale, along the same directions. */
export async function prepareTogether(pool: Matrix, test: Matrix): Promise<[pool: Matrix, test: Matrix]> {
  const both = await prepareFeatures(stackedRows(pool, test), makeRng(1, 'features'))
  return [rowsView(both, 0, pool.rows), rowsView(both, pool.rows, both.rows)]
}
