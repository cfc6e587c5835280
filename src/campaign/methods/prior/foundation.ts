import { LabelwrightError } from '../../../core/error.ts'
import { modelWith, type Askable, type AskedModel } from '../asked-model.ts'

/**
 * The foundation model, whose answers about the whole pool are the prior: the one that is named, else that with the finest level, see
 * {@link modelWith}.
 *
 * @throws {@link LabelwrightError} `no-foundation` where there is none.
 */
export function foundationOf(campaign: Askable, name?: string): AskedModel {
  const model = modelWith('finest', campaign, name)
  if (model) return model
  throw new LabelwrightError(
    'no-foundation',
    name === undefined
      ? 'Strategy "prior" has no model to ask about the whole pool: no untrusted annotator is asked for classes.'
      : `Strategy "prior" cannot ask "${name}" about the whole pool: no untrusted annotator of this name is asked for classes.`,
    'Add a model or a recording to the annotators, or choose a strategy for people alone, such as "margin".',
  )
}
