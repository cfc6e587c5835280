import type { Dtype } from '../annotators/local-model/dtype.ts'
import type { Asked } from '../annotators/vlm/asking/way.ts'
import type { WayName } from '../annotators/vlm/asking/ways.ts'
import type { PictureOptions } from '../annotators/vlm/picture.ts'
import type { ProviderName } from '../annotators/vlm/wire/provider.ts'
import type { Noise } from '../annotators/oracle-noise.ts'
import type { RecordedColumns } from '../annotators/recorded.ts'
import type { CampaignPlan } from '../campaign/campaign.ts'
import type { IsoOptions, PriorOptions } from '../campaign/methods/options.ts'
import type { Micros } from '../core/money.ts'
import type { Price } from '../core/price.ts'
import type { Taxonomy } from '../core/taxonomy.ts'
import type { learners } from '../learners/learners.ts'
import type { Command } from '../learners/run-command.ts'
import type { StrategyName } from '../strategies/strategies.ts'

/** The file that makes a folder a project. */
export const configFileName = 'labelwright.yaml'

/** What `labelwright.yaml` says, checked and with its defaults filled in. Paths are absolute; null: the file does not say. */
export interface Config {
  /** The project's folder. */
  readonly dir: string
  readonly dataset: string
  /** Items from elsewhere to learn from; null: none. */
  readonly open: OpenDataConfig | null
  readonly classes: ClassSource
  /** Columns of the dataset: labels that may be wrong, and known ones, which only oracles and measurements see. */
  readonly labels: { readonly given: string | null; readonly truth: string | null }
  /** As `openEncoder` takes it; a path in it is relative to `dir`. */
  readonly encoder: string
  readonly annotators: readonly AnnotatorConfig[]
  /** A file of prices of models, or null. */
  readonly prices: string | null
  readonly strategy: StrategyName
  /** How the strategies `iso` and `prior` go about it; what is not said is as these say themselves. */
  readonly iso: IsoOptions
  readonly prior: PriorOptions
  /** What strategies that rank items learn with; a program of the user's own is given by its command. */
  readonly learner: 'mixture' | keyof typeof learners | { readonly external: Command }
  /** How many labels of people a round buys; null: as the campaign thinks fit. */
  readonly batch: Batch | null
  /** Where there is none, there is a target. */
  readonly budget: Micros | null
  /** What all amounts of the project are in. */
  readonly currency: string
  /** Shares between 0 and 1. */
  readonly target: { readonly accuracy: number; readonly confidence: number } | null
  readonly seed: number
  /** At most so many. */
  readonly rounds: number | null
  /** How many items people label at random before the first choice. */
  readonly start: number
  /** False: no audit is drawn. `items` null: as many as the campaign thinks fit. */
  readonly audit: { readonly items: number | null } | false
}

/** Captioned items of an open dataset: those whose captions name a class are taken to be of it. */
export interface OpenDataConfig {
  /** Parquet or JSON lines. */
  readonly index: readonly string[]
  /** What the paths in the index are relative to; null: the folder of its first file. */
  readonly images: string | null
  /** The columns of the captions, and of the pictures' paths. */
  readonly caption: string
  readonly path: string
  /** A `.npy` file for each file of the index, or null. */
  readonly features: readonly string[] | null
  /** A `.npy` file with a row for each fine class; null: as `retrieve` finds them itself. */
  readonly prototypes: string | null
  readonly perClass: number
  readonly minSimilarity: number | null
  readonly ambiguous: 'drop' | 'first'
}

/** At least so many, and a share of those there are. */
export type Batch = NonNullable<CampaignPlan['batch']>

/** Where the classes come from: a file of their own, or the configuration itself. */
export type ClassSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'inline'; readonly taxonomy: Taxonomy }

export type AnnotatorConfig = HumanConfig | VlmConfig | ZeroShotConfig | RecordedConfig | OracleConfig

interface HumanConfig {
  readonly kind: 'human'
  readonly id: string
  readonly price: WorkPrice
  readonly trusted: boolean
  readonly verifies: boolean
}

export interface VlmConfig {
  readonly kind: 'vlm'
  readonly id: string
  readonly provider: ProviderName | 'in-process'
  /** Null: the provider's own. */
  readonly endpoint: string | null
  readonly model: string
  /** Null: the finest. */
  readonly level: string | null
  /** Null: as the price table says. */
  readonly price: ModelPrice | null
  readonly prompt: WayName
  readonly chunk: number
  readonly examples: number
  readonly samples: number
  readonly confidence: Asked['confidence']
  readonly mode: 'live' | 'batch'
  /** The environment variable that holds the key. Null: the provider's usual one, or none. */
  readonly apiKeyEnv: string | null
  readonly concurrency: number
  readonly requestsPerMinute: number | null
  readonly tokensPerMinute: number | null
  readonly picture: PictureOptions
  readonly timeoutMs: number
  readonly maxRetries: number
  readonly temperature: number | null
  readonly maxOutputTokens: number
  /** Of a model in this process; null: as the model has it. */
  readonly dtype: Dtype | null
  /** A file of recorded replies: nobody is asked, a reply that it lacks is an error. */
  readonly replay: string | null
}

export interface ZeroShotConfig {
  readonly kind: 'zero-shot'
  readonly id: string
  /** A folder, or `hf:owner/name`. */
  readonly model: string
  /** Null: the finest. */
  readonly level: string | null
  readonly templates: readonly string[] | null
  readonly dtype: Dtype | null
  readonly price: AnswerPrice
}

interface RecordedConfig {
  readonly kind: 'recorded'
  readonly id: string
  readonly answers: string
  readonly price: AnswerPrice
  /** Null: the finest. */
  readonly level: string | null
  readonly columns: RecordedColumns
}

export interface OracleConfig {
  readonly kind: 'oracle'
  readonly id: string
  /** A label column of the dataset, or `given` or `truth`: the column that {@link Config.labels} names so. */
  readonly labels: string
  readonly price: WorkPrice
  readonly noise: Noise
  readonly trusted: boolean
  readonly verifies: boolean
}

export type AnswerPrice = Extract<Price, { kind: 'answer' }>
export type WorkPrice = Exclude<Price, { kind: 'tokens' }>
/** How many tokens a question takes is not known yet: that depends on the classes. */
export type ModelPrice = AnswerPrice | Omit<Extract<Price, { kind: 'tokens' }>, 'tokensPerQuestion'>
