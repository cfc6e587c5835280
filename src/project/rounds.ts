import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expectedAccuracy } from '../campaign/belief.ts'
import type { Certificate } from '../campaign/certificate.ts'
import { shareRight } from '../campaign/simulation/scores.ts'
import type { Turn } from '../campaign/run.ts'
import { LabelwrightError } from '../core/error.ts'
import { fineLevel, type Taxonomy } from '../core/taxonomy.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { argmaxRows, type Matrix } from '../tensor/matrix.ts'
import { readNpy, writeNpy } from '../tensor/npy.ts'
import { writeSafetensors } from '../tensor/safetensors.ts'

/** What `rounds/<n>/metrics.json` holds: where the campaign stood before it planned round n. Money in micros. */
export interface RoundMetrics {
  readonly round: number
  readonly items: number
  readonly spent: number
  readonly expectedAccuracy: number
  /** Null where the truth is unknown. */
  readonly trueAccuracy: number | null
  readonly byPeople: number
  /** Why nothing more is asked; null while the campaign goes on. */
  readonly stopped: string | null
  readonly certificate: Certificate | null
  readonly annotators: readonly {
    readonly id: string
    readonly level: string
    readonly weight: number
    readonly agreement: number
    /** Items with a trusted label and an answer. */
    readonly overlap: number
    /** How many of them were drawn at random: those that `agreement` is about. */
    readonly drawn: number
  }[]
}

/** Sums a turn up. */
export function metricsOf(
  { standing, decision, posterior, certificate }: Turn,
  truth: Int32Array | null,
): RoundMetrics {
  const { ledger, hearing, belief, round } = standing
  return {
    round,
    items: posterior.rows,
    spent: ledger.reduce((sum, { cost }) => sum + cost, 0),
    expectedAccuracy: expectedAccuracy(posterior),
    trueAccuracy: truth && shareRight(argmaxRows(posterior), truth),
    byPeople: hearing.trusted.filter((label) => label >= 0).length,
    stopped: decision.kind === 'stop' ? decision.reason : null,
    certificate,
    annotators: belief.channels.map(({ testimony, channel, weight }) => ({
      id: testimony.annotator,
      level: testimony.level.name,
      weight,
      agreement: channel.agreement,
      overlap: channel.overlap,
      drawn: channel.drawn,
    })),
  }
}

/**
 * Writes what the turn found into `rounds/<n>/`: predictions.npy, classes.json with the names of its columns, head.safetensors, and
 * metrics.json last. Later rounds are those of an earlier ledger that is gone; they go, too.
 */
export async function saveRound(rounds: string, turn: Turn, metrics: RoundMetrics): Promise<void> {
  const folder = join(rounds, String(metrics.round))
  await mkdir(folder, { recursive: true })
  const later = (await roundNumbers(rounds)).filter((round) => round > metrics.round)
  await Promise.all(later.map((round) => rm(join(rounds, String(round)), { recursive: true, force: true })))
  const { belief, campaign } = turn.standing
  // First, so that old predictions never stand beside the names of new ones.
  await rm(join(folder, 'classes.json'), { force: true })
  await writeNpy(join(folder, 'predictions.npy'), turn.posterior)
  await writeFileAtomic(join(folder, 'classes.json'), `${JSON.stringify(classNames(campaign.taxonomy), null, 2)}\n`)
  const { head } = belief
  if (head) await writeSafetensors(join(folder, 'head.safetensors'), { weights: head.weights, bias: head.bias })
  await writeFileAtomic(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`)
}

/** The metrics of all rounds so far, in order. */
export async function readMetrics(rounds: string): Promise<RoundMetrics[]> {
  const found: RoundMetrics[] = []
  for (const number of await roundNumbers(rounds)) {
    const text = await readFile(join(rounds, String(number), 'metrics.json'), 'utf8').catch(() => null)
    if (text !== null) found.push(JSON.parse(text) as RoundMetrics)
  }
  return found
}

/**
 * The class probabilities that were saved with a round, shape `[n, k]`.
 *
 * @throws {@link LabelwrightError} `classes-changed` where their columns are not the classes of the taxonomy, or what `readNpy` throws.
 */
export async function readPredictions(rounds: string, round: number, taxonomy: Taxonomy): Promise<Matrix> {
  const folder = join(rounds, String(round))
  const predictions = await readNpy(join(folder, 'predictions.npy'))
  const columns = await readFile(join(folder, 'classes.json'), 'utf8').catch(() => null)
  const isOfTheseClasses = columns === null || isDeepStrictEqual(JSON.parse(columns), classNames(taxonomy))
  if (isOfTheseClasses && predictions.cols === taxonomy.k) return predictions
  throw new LabelwrightError(
    'classes-changed',
    'The classes, or their order, have changed since the last round was decided.',
    'Run: labelwright label',
  )
}

function classNames(taxonomy: Taxonomy): string[] {
  return fineLevel(taxonomy).classes.map(({ name }) => name)
}

async function roundNumbers(rounds: string): Promise<number[]> {
  const names = await readdir(rounds).catch(() => [])
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}
