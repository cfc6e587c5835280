import { LabelwrightError } from '../../../core/error.ts'
import { modelWith, type Askable, type AskedModel } from '../asked-model.ts'

/**
 * The annotator that is asked for weak labels: the one that is named, else that with the coarsest level, see {@link modelWith}. The level's
 * `groupOf` is the parent map.
 *
 * @throws {@link LabelwrightError} `no-weak-annotator` where there is none.
 */
export function weakAnnotator(campaign: Askable, name?: string): AskedModel {
  const model = modelWith('coarsest', campaign, name)
  if (model) return model
  throw new LabelwrightError(
    'no-weak-annotator',
    name === undefined
      ? 'Strategy iso asks people and a weak annotator, but every annotator that can be asked for a class is trusted.'
      : `Strategy iso is to ask "${name}", but no untrusted annotator of that name can be asked for a class.`,
    'Add a model or a recording that is not trusted, best one that names coarse classes, or choose another strategy.',
  )
}
