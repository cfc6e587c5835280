import { runCampaign, type Outcome, type Turn } from '../campaign/run.ts'
import type { LabelHooks } from './label-hooks.ts'
import { lockProject } from './lock.ts'
import type { Project } from './project.ts'
import { metricsOf, saveRound, type RoundMetrics } from './rounds.ts'
import { writeReport } from './write-report.ts'

/** Says in the ledger what the prompt hashes of its answers stand for. */
async function notePrompts({ campaign: { store, annotators } }: Project): Promise<void> {
  const known = await store.readNote('prompts')
  const used = annotators.flatMap((annotator) => (annotator.kind === 'immediate' ? [annotator.prompts ?? {}] : []))
  await store.writeNote('prompts', Object.assign({}, known, ...used))
}

/**
 * Labels a project as far as it goes: until the campaign ends, or people have to answer. Goes on where an earlier run stopped.
 * Every round leaves its predictions and metrics behind, the end its report.
 *
 * @throws {@link LabelwrightError} `already-running`, and what annotators and the store throw; all answers so far are kept.
 */
export async function labelProject(
  project: Project,
  hooks: LabelHooks,
): Promise<{ outcome: Outcome; metrics: RoundMetrics | null }> {
  const unlock = await lockProject(project.paths.lock)
  const last: { turn?: Turn; metrics?: RoundMetrics } = {}
  try {
    for (const { id, kind } of project.campaign.annotators) {
      if (kind === 'immediate') await project.campaign.store.reclaim(id)
    }
    await notePrompts(project)
    const outcome = await runCampaign(project.campaign, {
      ...hooks,
      onTurn: async (turn) => {
        const metrics = metricsOf(turn, project.truth)
        await saveRound(project.paths.rounds, turn, metrics)
        Object.assign(last, { turn, metrics })
        hooks.onRound?.(metrics, turn)
      },
    })
    const { turn, metrics } = last
    if (turn && metrics && turn.standing.ledger.length > 0) await writeReport(project, turn, metrics, hooks)
    return { outcome, metrics: metrics ?? null }
  } finally {
    await unlock()
  }
}
