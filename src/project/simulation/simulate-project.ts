import { availableParallelism } from 'node:os'
import type { SimulatedCurve } from '../../campaign/simulation/curve.ts'
import { LabelwrightError } from '../../core/error.ts'
import type { Config } from '../config.ts'
import { plainContestant, type Contestant } from './contestant.ts'
import { openKeptRuns } from './kept-runs.ts'
import type { OpenedWorld } from './open-world.ts'
import { projectPaths } from '../paths.ts'
import { playRuns } from './play-runs.ts'
import type { Run } from './run.ts'
import type { SimulationSettings } from './settings.ts'
import type { World } from './world.ts'

/** Runs in the order in which their curves are listed, and how many processes play them. */
export interface SimulationPlan {
  readonly runs: readonly Run[]
  readonly processes: number
}

/**
 * Each strategy with each seed.
 *
 * @param processes - Null: as many as there are cores.
 * @throws {@link LabelwrightError} `bad-option` where a strategy names an annotator that does not play.
 */
export function planRuns(
  world: World,
  { contestants, seeds }: SimulationSettings,
  { seed }: Config,
  processes: number | null,
): SimulationPlan {
  const all = contestants ?? defaultContestants(world)
  for (const contestant of all) checkContestant(contestant, world)
  const runs = all.flatMap((contestant) =>
    Array.from({ length: seeds }, (_, i): Run => ({ contestant, seed: seed + i })),
  )
  return { runs, processes: Math.min(processes ?? availableParallelism(), runs.length) }
}

/** Ours, the usual two, and, where the annotator that they want plays, those that make use of a model. */
function defaultContestants(world: World): Contestant[] {
  const usual = (['information', 'margin', 'random'] as const).map(plainContestant)
  const withModel = (['iso', 'prior'] as const).map(plainContestant)
  return [...usual, ...withModel.filter((contestant) => canPlay(contestant, world))]
}

function canPlay(contestant: Contestant, world: World): boolean {
  const { strategy } = contestant
  if (strategy !== 'iso' && strategy !== 'prior') return true
  const models = untrusted(world.players)
  const wanted = wantedBy(contestant, world)
  return models.length > 0 && (wanted === undefined || models.includes(wanted))
}

/** The annotator that a strategy is told to ask; undefined: it looks for one. */
function wantedBy({ strategy, options }: Contestant, { iso, prior }: World): string | undefined {
  return options.annotator ?? (strategy === 'iso' ? iso : prior).annotator
}

function checkContestant(contestant: Contestant, world: World): void {
  if (canPlay(contestant, world)) return
  const { name } = contestant
  const models = untrusted(world.players)
  throw new LabelwrightError(
    'bad-option',
    models.length === 0
      ? `The strategy ${name} needs an untrusted annotator, and none plays.`
      : `The strategy ${name} wants the annotator "${wantedBy(contestant, world)}", which does not play.`,
    models.length === 0
      ? 'Add a recorded one, play a model with --assume, or leave the strategy out.'
      : `There are: ${models.join(', ')}.`,
  )
}

function untrusted(players: World['players']): string[] {
  return players.filter((player) => player.kind === 'recorded' || !player.trusted).map(({ id }) => id)
}

/** Who is told how a simulation goes, and how it is called off. */
export interface SimulationHooks {
  readonly signal: AbortSignal
  /** How many runs' worth of work is done, parts of runs included. */
  readonly onProgress: (done: number) => void
}

/** A simulation that is over. */
export interface Simulated {
  readonly curves: readonly SimulatedCurve[]
  /** How many runs were there from before. */
  readonly kept: number
}

/**
 * Plays all runs that have not been played, each kept as soon as it is over: what was killed goes on where it was.
 *
 * @param options.fresh - Play all of them again.
 * @param options.version - Of Labelwright.
 * @throws {@link LabelwrightError} as of {@link playRuns}, and `cannot-write`.
 */
export async function simulateProject(
  config: Config,
  { world }: OpenedWorld,
  { runs, processes }: SimulationPlan,
  options: SimulationHooks & { readonly fresh: boolean; readonly version: string },
): Promise<Simulated> {
  const kept = openKeptRuns(projectPaths(config.dir).simulations, world, options.version)
  const curves = new Map<Run, SimulatedCurve>()
  if (!options.fresh) {
    for (const run of runs) {
      const curve = await kept.read(run)
      if (curve) curves.set(run, curve)
    }
  }
  const fromBefore = curves.size
  const underWay = new Map<Run, number>()
  const tellProgress = (): void => options.onProgress(curves.size + [...underWay.values()].reduce((a, b) => a + b, 0))
  tellProgress()
  await playRuns(
    world,
    runs.filter((run) => !curves.has(run)),
    {
      signal: options.signal,
      processes,
      onTurn: (run, spent) => {
        underWay.set(run, Math.min(1, (spent * 1e6) / world.budget))
        tellProgress()
      },
      onDone: async (run, curve) => {
        await kept.write(run, curve)
        curves.set(run, curve)
        underWay.delete(run)
        tellProgress()
      },
    },
  )
  return { curves: runs.map((run) => curves.get(run)!), kept: fromBefore }
}
