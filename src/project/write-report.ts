import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { highest } from '../campaign/belief.ts'
import { renderReport } from '../campaign/report/render-report.ts'
import type { ReportChannel, ReportData, UncertainItem } from '../campaign/report/report-data.ts'
import type { Turn } from '../campaign/run.ts'
import type { Item } from '../core/item.ts'
import { fromMicros } from '../core/money.ts'
import { fineLevel } from '../core/taxonomy.ts'
import type { LedgerEntry } from '../store/store.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import { decodePicture } from '../files/decode-picture.ts'
import { largest } from '../strategies/query-strategy.ts'
import { argmaxRows, row } from '../tensor/matrix.ts'
import { certificateWords, stopWords } from './words.ts'
import type { LabelHooks } from './label-hooks.ts'
import { costOfAllByPeople, peopleAlone } from './people-alone.ts'
import type { Project } from './project.ts'
import { readMetrics, type RoundMetrics } from './rounds.ts'

const shownUncertain = 48
const thumbnailSide = 160

/** Writes `report.html`: the campaign on one page that needs no network. */
export async function writeReport(
  project: Project,
  turn: Turn,
  metrics: RoundMetrics,
  hooks: LabelHooks,
): Promise<void> {
  const reached = metrics.trueAccuracy ?? metrics.expectedAccuracy
  const data: ReportData = {
    title: basename(project.config.dir),
    currency: project.config.currency,
    noun: project.campaign.items[0]?.source.kind === 'text' ? 'texts' : 'pictures',
    summary: {
      items: project.campaign.items.length,
      quarantined: project.quarantined.length,
      byPeople: metrics.byPeople,
      rounds: metrics.round,
      spent: fromMicros(metrics.spent),
      budget: project.config.budget === null ? null : fromMicros(project.config.budget),
      expectedAccuracy: metrics.expectedAccuracy,
      trueAccuracy: metrics.trueAccuracy,
      stopReason: stopWords(metrics.stopped),
      strategy: project.config.strategy,
      peopleAloneCost: costOfAllByPeople(project),
    },
    curve: (await readMetrics(project.paths.rounds)).map(({ round, spent, expectedAccuracy, trueAccuracy }) => ({
      round,
      spent: fromMicros(spent),
      expectedAccuracy,
      trueAccuracy,
    })),
    references: [await peopleAlone(project, Math.min(reached, 0.99), hooks)],
    spend: spendOf(turn, metrics.round),
    channels: turn.standing.belief.channels.map((earned) => channelOf(earned, project)),
    uncertain: await leastCertain(project, turn),
    certificate: metrics.certificate && {
      ...metrics.certificate,
      statement: certificateWords(metrics.certificate, project.campaign.items.length),
      target: project.config.target?.accuracy ?? null,
      met: project.config.target && metrics.certificate.lower >= project.config.target.accuracy,
    },
    classes: classCounts(project, turn),
    quarantined: project.quarantined,
  }
  await writeFileAtomic(project.paths.report, renderReport(data))
}

function spendOf({ standing }: Turn, rounds: number): ReportData['spend'] {
  const isUnusable = ({ answer }: LedgerEntry): boolean => answer.kind === 'outside' || answer.kind === 'abstain'
  const amountOf = (entries: readonly LedgerEntry[]): number =>
    fromMicros(entries.reduce((sum, { cost }) => sum + cost, 0))
  return [...Map.groupBy(standing.ledger, ({ annotator }) => annotator)].map(([annotator, entries]) => {
    const verdicts = entries.filter(({ question }) => question.kind === 'verify')
    const byRound = Map.groupBy(entries, ({ round }) => round)
    return {
      annotator,
      amount: amountOf(entries),
      answers: entries.length,
      unusable: entries.filter(isUnusable).length,
      verdicts: { answers: verdicts.length, amount: amountOf(verdicts) },
      byRound: Array.from({ length: rounds }, (_, round) => amountOf(byRound.get(round) ?? [])),
    }
  })
}

function channelOf(
  { testimony, channel, weight }: Turn['standing']['belief']['channels'][number],
  { campaign }: Project,
): ReportChannel {
  const { level } = testimony
  return {
    annotator: testimony.annotator,
    level: level.name,
    truth: fineLevel(campaign.taxonomy).classes.map(({ name }) => name),
    said: [...level.classes.map(({ name }) => name), 'outside', 'abstained'],
    probabilities: Array.from({ length: channel.likelihood.rows }, (_, y) => [...row(channel.likelihood, y)]),
    weight,
    overlap: channel.drawn,
    agreement: channel.agreement,
  }
}

async function leastCertain({ campaign }: Project, { posterior, standing }: Turn): Promise<UncertainItem[]> {
  const all = Int32Array.from({ length: posterior.rows }, (_, i) => i)
  const chosen = largest(all, shownUncertain, (i) => 1 - highest(posterior, i)).filter((i) => highest(posterior, i) < 1)
  const names = fineLevel(campaign.taxonomy).classes.map(({ name }) => name)
  const answers = Map.groupBy(standing.ledger, ({ item }) => item)
  return Promise.all(
    [...chosen].map(async (i) => {
      const probabilities = row(posterior, i)
      const best = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]!).slice(0, 3)
      const item = campaign.items[i]!
      return {
        id: item.id,
        picture: await thumbnail(item),
        text: item.source.kind === 'text' ? item.source.text : null,
        guesses: best.map((y) => ({ label: names[y]!, probability: probabilities[y]! })),
        answers: (answers.get(i) ?? []).map((entry) => ({ annotator: entry.annotator, said: saidIn(entry) })),
      }
    }),
  )
}

async function thumbnail({ source }: Item): Promise<string | null> {
  if (source.kind === 'text') return null
  try {
    const image = await decodePicture(await readFile(source.path), source)
    const small = image.resize(thumbnailSide, thumbnailSide, { fit: 'inside' }).flatten({ background: 'white' })
    return `data:image/jpeg;base64,${(await small.jpeg({ quality: 72 }).toBuffer()).toString('base64')}`
  } catch {
    return null // A picture that has gone since it was encoded only loses its place in the contact sheet.
  }
}

function saidIn({ question, answer }: LedgerEntry): string {
  switch (answer.kind) {
    case 'label':
      return answer.label
    case 'distribution':
      return Object.entries(answer.probabilities)
        .map(([label, p]) => `${label} ${Math.round(100 * p)} %`)
        .join(', ')
    case 'labels':
      return answer.labels.join(', ') || 'none'
    case 'verdict':
      return `${question.kind === 'verify' ? question.label : 'this'}: ${answer.approved ? 'yes' : 'no'}`
    case 'outside':
      return `outside the classes: ${answer.said}`
    case 'abstain':
      return `no answer: ${answer.reason}`
  }
}

function classCounts({ campaign }: Project, { posterior, standing }: Turn): ReportData['classes'] {
  const counts = fineLevel(campaign.taxonomy).classes.map(({ name }) => ({ label: name, count: 0, byPeople: 0 }))
  argmaxRows(posterior).forEach((y, i) => {
    counts[y]!.count++
    if (standing.hearing.trusted[i]! >= 0) counts[y]!.byPeople++
  })
  return counts
}
