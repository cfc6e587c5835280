import { LabelwrightError } from '../../../core/error.ts'
import type { Recording } from '../recording.ts'
import type { Transport } from '../transport.ts'

/**
 * Answers from a recording and asks nobody, so that an experiment can be repeated by anyone, for nothing.
 *
 * @throws {@link LabelwrightError} `no-recorded-reply` for what was not asked when it was recorded.
 */
export function makeReplayer(recording: Recording): Transport {
  return async ({ key }) => {
    const exchange = recording.read(key)
    if (exchange) return exchange
    throw new LabelwrightError(
      'no-recorded-reply',
      `None of the ${recording.size()} recorded replies is to the question ${key}.`,
      'Use the items, classes, model, prompt and settings of the recorded run, or ask the model itself.',
    )
  }
}
