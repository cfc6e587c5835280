import type { Annotator, ImmediateAnnotator, TrustedExample } from '../annotators/annotator.ts'
import { costRange } from '../annotators/vlm/money/estimate.ts'
import { times, type Range } from '../annotators/vlm/money/range.ts'
import type { WayName } from '../annotators/vlm/asking/ways.ts'
import { trustedIds } from '../campaign/campaign.ts'
import { hear } from '../campaign/hearing.ts'
import type { PromptTrial } from '../campaign/prompt-trial.ts'
import { LabelwrightError } from '../core/error.ts'
import type { Item } from '../core/item.ts'
import type { Question } from '../core/question.ts'
import { makeRng, permutation } from '../core/rng.ts'
import { fineLevel, levelNamed, type Taxonomy } from '../core/taxonomy.ts'
import type { VlmConfig } from './config.ts'
import { largestPicture, type MeasurableModel } from './estimate-model.ts'
import type { Project } from './project.ts'

/** Items whose class is known, on which models are tried. */
export interface TrialItems {
  readonly items: readonly Item[]
  /** Fine class of each. */
  readonly truth: Int32Array
  /** More such items, none of the above, for ways that show examples. */
  readonly examples: readonly TrustedExample[]
  readonly knownFrom: 'people' | 'known labels'
}

/**
 * Draws items with a trusted label: from what people have said where they have said enough, else from the known labels.
 *
 * @param count - At most so many.
 * @throws {@link LabelwrightError} `nothing-trusted` where no class is known of any item.
 */
export async function drawTrialItems({ campaign, truth, config }: Project, count: number): Promise<TrialItems> {
  const { store, items, taxonomy } = campaign
  await store.registerItems(items)
  // What a strategy chose is harder than the rest, and would make every model look worse.
  const drawn = (await store.answers()).filter(({ purpose }) => purpose !== 'learn')
  const { trusted } = hear(drawn, items.length, taxonomy, trustedIds(campaign))
  const byPeople = indicesOf(trusted)
  const byLabels = truth ? indicesOf(truth) : []
  const [labels, known, knownFrom] =
    truth && byLabels.length > byPeople.length
      ? ([truth, byLabels, 'known labels'] as const)
      : ([trusted, byPeople, 'people'] as const)
  if (known.length === 0) throw nothingTrusted()
  const order = Array.from(permutation(known.length, makeRng(config.seed, 'trial')), (at) => known[at]!)
  const chosen = order.slice(0, count)
  const { classes } = fineLevel(taxonomy)
  return {
    items: chosen.map((i) => items[i]!),
    truth: Int32Array.from(chosen, (i) => labels[i]!),
    examples: order.slice(count).map((i) => ({ item: items[i]!, label: classes[labels[i]!]!.name })),
    knownFrom,
  }
}

function indicesOf(labels: Int32Array): number[] {
  return [...labels.keys()].filter((i) => labels[i]! >= 0)
}

function nothingTrusted(): LabelwrightError {
  return new LabelwrightError(
    'nothing-trusted',
    'No item has a label from a trusted annotator yet, and the project names no known labels, so nobody could say who is right.',
    'Run labelwright label until people have answered the first round, or name a column of known labels: labels: { truth: <column> }.',
  )
}

/** One model, asked one way. */
export interface Trial extends PromptTrial {
  /** The id of its annotator. */
  readonly of: string
  /** How it is asked; for annotators that are no VLM, their kind. */
  readonly way: string
  /** What asking about all items costs. */
  readonly cost: Range
}

/** Which models and ways to try; null: all models; each in its own way and those that suit its classes. */
export interface TrialChoice {
  readonly annotators: readonly string[] | null
  readonly ways: readonly WayName[] | null
}

/**
 * Makes the trials: every chosen model in every chosen way; annotators that can be asked one way only take part as they are.
 *
 * @throws {@link LabelwrightError} `bad-option` for an annotator that there is not, or where none is left to be tried.
 */
export async function openTrials(project: Project, drawn: TrialItems, choice: TrialChoice): Promise<Trial[]> {
  const { campaign, config } = project
  const untrusted = campaign.annotators.filter(({ trusted, kind }) => !trusted && kind === 'immediate')
  const chosen = choice.annotators ?? untrusted.map(({ id }) => id)
  for (const id of chosen) if (!untrusted.some((annotator) => annotator.id === id)) throw noSuchModel(id, untrusted)
  if (chosen.length === 0) throw noSuchModel(null, untrusted)
  const trials = chosen.map(async (id): Promise<Trial[]> => {
    const said = config.annotators.find((annotator) => annotator.id === id)!
    if (said.kind !== 'vlm') {
      const annotator = untrusted.find((candidate) => candidate.id === id) as ImmediateAnnotator
      return annotator.questions.flatMap((question) => {
        if (question.kind !== 'classify') return []
        return [trialOf(project, drawn, { of: id, way: said.kind, annotator, level: question.level, kind: 'classify' })]
      })
    }
    const ways = choice.ways ?? suitingWays(said, campaign.taxonomy)
    return Promise.all(
      ways.map(async (way) => {
        const { annotator, measured } = await project.openVlm({ ...said, ...trialSettings(said, way) })
        const level = said.level ?? fineLevel(campaign.taxonomy).name
        const kind = way === 'verify' ? 'verify' : 'classify'
        return trialOf(project, drawn, { of: id, way, annotator, level, kind }, measured)
      }),
    )
  })
  return withoutTwins((await Promise.all(trials)).flat())
}

/** Annotators that differ in what a trial does not ask for would be asked the same twice. */
function withoutTwins(trials: readonly Trial[]): Trial[] {
  const seen = new Set<string>()
  return trials.filter(({ annotator, way, kind }) => {
    const settings = Object.keys(annotator.prompts ?? { [annotator.id]: null })
    const key = [...settings, way, kind].join()
    return !seen.has(key) && seen.add(key)
  })
}

/** A trial is waited for, so it asks live; and not every way can show examples. */
function trialSettings({ examples }: VlmConfig, prompt: WayName): Partial<VlmConfig> {
  return { prompt, mode: 'live', examples: prompt === 'binary' ? 0 : examples }
}

/** The way that is configured, and those that may well be better with this many classes and levels. */
function suitingWays(said: VlmConfig, taxonomy: Taxonomy): WayName[] {
  const level = said.level ?? fineLevel(taxonomy).name
  const isTop = taxonomy.levels[0]!.name === level
  return [
    ...new Set<WayName>([
      said.prompt,
      'direct',
      'describe',
      ...(levelNamed(taxonomy, level).classes.length > said.chunk ? (['batched'] as const) : []),
      ...(isTop ? [] : (['coarse-to-fine'] as const)),
    ]),
  ]
}

function trialOf(
  { campaign: { taxonomy }, config: { seed } }: Project,
  { items, truth, examples }: TrialItems,
  asked: Pick<Trial, 'of' | 'way' | 'annotator' | 'level' | 'kind'>,
  measured?: MeasurableModel,
): Trial {
  const { annotator, level, kind } = asked
  const question: Question =
    kind === 'verify' ? { kind, label: levelNamed(taxonomy, level).classes[0]!.name } : { kind, level }
  const [item] = items
  const usage = measured ? measured.usage(question, item!, largestPicture(measured, item!)) : null
  const cost = times(items.length, costRange(annotator.price, question, usage))
  return { ...asked, taxonomy, items, truth, examples, seed, cost }
}

function noSuchModel(id: string | null, untrusted: readonly Annotator[]): LabelwrightError {
  const names = untrusted.map((annotator) => annotator.id).join(', ')
  return new LabelwrightError(
    'bad-option',
    id === null ? 'The project has no model to try.' : `The project has no model "${id}".`,
    names
      ? `Its models are: ${names}.`
      : 'Add one to labelwright.yaml, e.g. { id: qwen, kind: vlm, endpoint: …, model: … }.',
  )
}
