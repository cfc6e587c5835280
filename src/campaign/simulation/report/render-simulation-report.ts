import { clip, html, type Markup } from '../../report/markup.ts'
import { page } from '../../report/page.ts'
import { simulationMetrics } from '../curve.ts'
import { summarize } from '../summary.ts'
import { metricChart } from './metric-chart.ts'
import { reachedTarget, simulationHeadline } from './simulation-headline.ts'
import type { SimulationReportData } from './simulation-report-data.ts'
import { strategyTable } from './strategy-table.ts'

/**
 * Writes what simulations showed as one HTML page that needs no network and no script: who is cheapest, what each target costs each
 * strategy, and every metric against money with confidence bands.
 *
 * @example
 * ```ts
 * await writeFile('simulation.html', renderSimulationReport(data))
 * ```
 */
export function renderSimulationReport(data: SimulationReportData): string {
  const { curves, metric, targets } = data
  const summaries = summarize(curves, { metric, targets })
  const reached = reachedTarget(summaries, targets)
  const target = reached === null ? Math.min(...targets, Infinity) : targets[reached]!
  const metrics = [metric, ...simulationMetrics.filter((other) => other !== metric)]
  return page(data.title, [
    simulationHeadline(data, summaries),
    summaries.length > 0 && strategyTable(data, summaries),
    ...metrics.map((name) => metricChart(data, name, name === metric && Number.isFinite(target) ? target : null)),
    settingsSection(data),
    readingGuide(),
  ])
}

function settingsSection({ settings }: SimulationReportData): Markup | null {
  if (settings.length === 0) return null
  return html`<section id="settings">
    <h2>What was simulated</h2>
    <dl>
      ${settings.map(
        ({ name, value }) =>
          html`<div>
            <dt>${clip(name, 60)}</dt>
            <dd>${clip(value, 400)}</dd>
          </div>`,
      )}
    </dl>
  </section>`
}

function readingGuide(): Markup {
  return html`<section id="reading">
    <h2>How to read this page</h2>
    <dl>
      <div>
        <dt>Simulated</dt>
        <dd>
          People’s answers come from known labels, with the errors and prices of the settings. Real people also tire,
          talk to each other, and err where the item is hard.
        </dd>
      </div>
      <div>
        <dt>Money to a target</dt>
        <dd>
          What was spent when a curve first reached the value, on the straight line between two turns. Where not every
          seed got there, the mean is that of the lucky ones.
        </dd>
      </div>
      <div>
        <dt>Mean over the money</dt>
        <dd>
          The area under the curve divided by its width, over the same money for all strategies: good early counts, not
          only good at the end.
        </dd>
      </div>
      <div>
        <dt>Bands</dt>
        <dd>
          They say how far the mean over more seeds might lie, on this dataset. Two strategies whose bands overlap are
          not clearly told apart by these seeds; on another dataset the order may differ.
        </dd>
      </div>
    </dl>
  </section>`
}
