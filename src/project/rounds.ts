import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expectedAccuracy } from '../campaign/belief.ts'
import type { Certificate } from '../campaign/certificate.ts'
import { shareRight } from '../campaign/learning-curve.ts'
import type { Turn } from '../campaign/run.ts'
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
    readonly overlap: number
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
    })),
  }
}

/** Writes what the turn found into `rounds/<n>/`: predictions.npy, head.safetensors, and metrics.json last. */
export async function saveRound(rounds: string, turn: Turn, metrics: RoundMetrics): Promise<void> {
  const folder = join(rounds, String(metrics.round))
  await mkdir(folder, { recursive: true })
  await writeNpy(join(folder, 'predictions.npy'), turn.posterior)
  const { head } = turn.standing.belief
  if (head) await writeSafetensors(join(folder, 'head.safetensors'), { weights: head.weights, bias: head.bias })
  await writeFileAtomic(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`)
}

/** The metrics of all rounds so far, in order. */
export async function readMetrics(rounds: string): Promise<RoundMetrics[]> {
  const names = await readdir(rounds).catch(() => [])
  const numbers = names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
  const found: RoundMetrics[] = []
  for (const number of numbers) {
    const text = await readFile(join(rounds, String(number), 'metrics.json'), 'utf8').catch(() => null)
    if (text !== null) found.push(JSON.parse(text) as RoundMetrics)
  }
  return found
}

/** The class probabilities that were saved with a round, shape `[n, k]`. */
export function readPredictions(rounds: string, round: number): Promise<Matrix> {
  return readNpy(join(rounds, String(round), 'predictions.npy'))
}
