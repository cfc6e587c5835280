import { LabelwrightError } from '../core/error.ts'
import type { Matrix } from './matrix.ts'

/**
 * Refuses features that are no numbers.
 *
 * @throws {@link LabelwrightError} `bad-feature-value`, naming row and column.
 */
export function checkFeatures({ data, cols }: Matrix): void {
  for (let at = 0; at < data.length; at++) {
    if (Number.isFinite(data[at])) continue
    throw new LabelwrightError(
      'bad-feature-value',
      `Row ${Math.floor(at / cols)} of the features (counted from 0) holds ${data[at]} in column ${at % cols}.`,
      'Leave the item out, or encode it again.',
    )
  }
}
