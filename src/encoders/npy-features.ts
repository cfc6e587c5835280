import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from '../tensor/matrix.ts'
import { readNpy } from '../tensor/npy.ts'
import { hashFile } from '../files/content-hash.ts'
import type { Encoder } from './encoder.ts'

/**
 * Opens features made elsewhere as an encoder: row `i` of the file belongs to item `i`.
 *
 * @param path - A `.npy` file of shape `[n, d]`, e.g. saved by numpy.
 * @throws {@link LabelwrightError} `bad-feature-value` when a value is NaN or infinite; from `encode`, `feature-rows` when the file
 *   holds another number of rows than there are items.
 */
export async function openNpyFeatures(path: string): Promise<Encoder> {
  const features = await readNpy(path)
  refuseNonFinite(features, path)
  return {
    id: `npy-1:${await hashFile(path)}`,
    encode: async (items, onProgress) => {
      if (items.length !== features.rows) {
        throw new LabelwrightError(
          'feature-rows',
          `${path} holds ${features.rows} rows, but the dataset has ${items.length} items.`,
          'Make the file again with one row per item, in the order of the dataset.',
        )
      }
      onProgress?.(items.length)
      return { features, kept: Int32Array.from(items, (_, i) => i), quarantined: [] }
    },
  }
}

function refuseNonFinite({ data, cols }: Matrix, path: string): void {
  const at = data.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return
  throw new LabelwrightError(
    'bad-feature-value',
    `${path} holds ${data[at]} in row ${Math.floor(at / cols)}, column ${at % cols} (counted from 0).`,
    'Make the features again; every value must be a finite 32-bit number.',
  )
}
