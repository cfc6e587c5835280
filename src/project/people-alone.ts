import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reference } from '../campaign/report/report-data.ts'
import { simulateCampaign } from '../campaign/simulation/simulate-campaign.ts'
import { fromMicros } from '../core/money.ts'
import { expectedCost } from '../core/price.ts'
import { fineLevel } from '../core/taxonomy.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { LabelHooks } from './label-hooks.ts'
import type { Project } from './project.ts'

/** What a person's answer to every single item would cost, in the currency. */
export function costOfAllByPeople({ campaign }: Project): number {
  const question = { kind: 'classify', level: fineLevel(campaign.taxonomy).name } as const
  const prices = campaign.annotators.filter(({ trusted }) => trusted).map(({ price }) => expectedCost(price, question))
  return fromMicros(Math.min(...prices) * campaign.items.length)
}

/**
 * The line of people without anybody's help. Where people are simulated and the truth is known, the same campaign is run with them alone,
 * by margin sampling, and kept; elsewhere it is the straight line of labelling one item after the other.
 *
 * @param enough - The share of right labels at which the comparison may stop.
 */
export async function peopleAlone(
  project: Project,
  enough: number,
  hooks: Pick<LabelHooks, 'clock' | 'signal'>,
): Promise<Reference> {
  const { campaign, truth, paths } = project
  const people = campaign.annotators.filter(({ trusted }) => trusted)
  if (truth === null || people.some(({ kind }) => kind === 'queued')) {
    const all = costOfAllByPeople(project)
    return {
      name: 'people alone, one by one',
      points: [
        { spent: 0, accuracy: 1 / campaign.taxonomy.k },
        { spent: all, accuracy: 1 },
      ],
    }
  }
  const kept = await readFile(paths.peopleAlone, 'utf8').then(
    (text) => JSON.parse(text) as Reference & { readonly of: string },
    () => null,
  )
  const of = JSON.stringify([
    project.config.seed,
    project.config.start,
    campaign.items.length,
    costOfAllByPeople(project),
  ])
  if (kept?.of === of && kept.points.at(-1)!.accuracy >= enough) return kept
  const folder = await mkdtemp(join(tmpdir(), 'labelwright-'))
  const store = await openSqliteStore(join(folder, 'ledger.sqlite'))
  try {
    const plan = {
      ...campaign.plan,
      strategy: 'margin',
      auditItems: 0,
      budget: Infinity,
      target: null,
      rounds: Infinity,
    } as const
    const known = { truth, test: null }
    const turns = await simulateCampaign({ ...campaign, annotators: people, store, plan }, known, {
      ...hooks,
      isEnough: ({ poolAccuracy }) => poolAccuracy >= enough,
    })
    const points = turns.map(({ spent, poolAccuracy }) => ({ spent, accuracy: poolAccuracy }))
    const result = { name: 'people alone, margin sampling', points }
    await writeFileAtomic(paths.peopleAlone, JSON.stringify({ ...result, of }))
    return result
  } finally {
    await store.close()
    await rm(folder, { recursive: true })
  }
}
