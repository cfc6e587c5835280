import { eachEnd, type Range } from '../annotators/vlm/money/range.ts'
import { formatMoney, fromMicros } from '../core/money.ts'
import { estimateProject, type ProjectEstimate } from '../project/estimate.ts'
import type { Project } from '../project/project.ts'
import { amount, idleWords, openDataWords, percent, questionName } from '../project/words.ts'
import { estimateLines, priceWords } from './dry-run-tables.ts'
import type { Terminal } from './terminal.ts'

/** `label --dry-run`: says what labelling will cost, and asks nobody. */
export async function dryRun(project: Project, terminal: Terminal): Promise<void> {
  const { campaign, config } = project
  const estimate = await estimateProject(project)
  const frame = { currency: config.currency, items: campaign.items.length, width: terminal.width }
  terminal.say(`Nobody is asked. ${planWords(project, estimate)}`)
  if (campaign.pool.open) terminal.say(openDataWords(campaign.pool.open, campaign.taxonomy))
  for (const line of [...idleWords(campaign.annotators), '', ...estimateLines(estimate, frame)]) terminal.say(line)
  terminal.result(forMachines(project, estimate))
}

function planWords({ campaign, config }: Project, { spent }: ProjectEstimate): string {
  const { budget, target, rounds, currency } = config
  const ends = [
    ...(budget === null ? [] : [`${formatMoney(budget, currency)} are spent`]),
    ...(target ? [`${percent(target.accuracy)} right labels are certified`] : []),
    ...(rounds === null ? [] : [`${amount(rounds, 'round')} are played`]),
  ]
  const so = spent > 0 ? ` Spent so far: ${formatMoney(spent, currency)}.` : ''
  return `${amount(campaign.items.length, 'item')}, ${campaign.taxonomy.k} classes. The campaign ends when ${ends.join(' or ')}.${so}`
}

/** Money in the currency. */
function forMachines({ campaign, config }: Project, estimate: ProjectEstimate): unknown {
  const inCurrency = (micros: Range): Range => eachEnd((end) => fromMicros(micros[end]))
  return {
    items: campaign.items.length,
    currency: config.currency,
    budget: config.budget === null ? null : fromMicros(config.budget),
    spent: fromMicros(estimate.spent),
    ends: {
      budget: config.budget === null ? null : fromMicros(config.budget),
      target: config.target,
      rounds: config.rounds,
    },
    questions: estimate.rows.map(({ price, question, cost, costOfAll, paid, ...row }) => ({
      ...row,
      question: questionName(question),
      price: priceWords(price, [question.kind], config.currency),
      cost: inCurrency(cost),
      costOfAll: inCurrency(costOfAll),
      paid: paid && { ...paid, cost: fromMicros(paid.cost) },
    })),
    firstRound: estimate.firstRound && {
      stops: estimate.firstRound.stops,
      asks: estimate.firstRound.asks.map(({ question, cost, ...ask }) => {
        return { ...ask, question: questionName(question), cost: inCurrency(cost) }
      }),
    },
    pictures: estimate.pictures.map(({ rows, ...table }) => {
      return { ...table, rows: rows.map((row) => ({ ...row, cost: inCurrency(row.cost) })) }
    }),
  }
}
