import { trustedIds, type Campaign } from '../../src/campaign/campaign.ts'
import { decide } from '../../src/campaign/decide.ts'
import { hear } from '../../src/campaign/hearing.ts'
import { methodOf } from '../../src/campaign/methods/methods.ts'
import type { LedgerEntry } from '../../src/store/store.ts'
import { median } from '../kernels/median.ts'
import { openCampaign, writeInput } from './large-campaign.ts'
import type { StepCase, StepTimes } from './step-case.ts'

// Runs in a process of its own, so that peak memory is the step's own: writes a case's input, or measures the case.
// Usage: node --expose-gc bench/step/child.ts write|measure <case as JSON> <folder> <runs>

const [task, json, folder, runs] = process.argv.slice(2) as [string, string, string, string]
const stepCase: StepCase = JSON.parse(json)
if (task === 'write') await writeInput(folder, stepCase)
else console.log(JSON.stringify(await measure(stepCase)))

async function measure(wanted: StepCase): Promise<StepTimes> {
  const { campaign, ledger } = await openCampaign(folder, wanted)
  const first = await takeStep(campaign, ledger)
  const later = []
  while (later.length < Number(runs)) later.push(await takeStep(campaign, ledger))
  await campaign.store.close()
  return {
    believe: median(later.map(({ believe }) => believe)),
    choose: median(later.map(({ choose }) => choose)),
    busy: median(later.map(({ busy }) => busy)),
    cold: first.believe + first.choose,
    peakBytes: 1024 * process.resourceUsage().maxRSS,
    weight: first.weight,
    questions: first.questions,
  }
}

/** What `runCampaign` does between one answer and the next question. */
async function takeStep(campaign: Campaign, ledger: readonly LedgerEntry[]) {
  globalThis.gc?.()
  const start = performance.now()
  const busyBefore = process.cpuUsage()
  const hearing = hear(ledger, campaign.items.length, campaign.taxonomy, trustedIds(campaign))
  const belief = await methodOf(campaign.plan).believe(campaign, { ledger, hearing })
  const believed = performance.now()
  const decision = await decide({ campaign, ledger, hearing, belief, round: 1, audits: [], auditIsFresh: false })
  const decided = performance.now()
  const { user, system } = process.cpuUsage(busyBefore)
  return {
    believe: (believed - start) / 1000,
    choose: (decided - believed) / 1000,
    busy: (user + system) / 1e6,
    weight: belief.channels[0]?.weight ?? null,
    questions: decision.kind === 'ask' ? decision.questions.length : 0,
  }
}
