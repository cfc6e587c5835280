/** The circle of questions and answers in rounds, its certificate, its simulation and its reports. @packageDocumentation */
export type { AskHooks } from './ask.ts'
export { believe, expectedAccuracy, type Belief, type EarnedChannel } from './belief.ts'
export type { Pool } from './pool.ts'
export type { Campaign, CampaignPlan } from './campaign.ts'
export { clopperPearsonLower, type Certificate } from './certificate.ts'
export type { Decision, StopReason } from './decide.ts'
export { hear, type Hearing } from './hearing.ts'
export { renderReport } from './report/render-report.ts'
export type {
  AnnotatorSpend,
  ClassCount,
  CurvePoint,
  Reference,
  ReportCertificate,
  ReportChannel,
  ReportData,
  ReportSummary,
  UncertainItem,
} from './report/report-data.ts'
export { runCampaign, type Outcome, type RunHooks, type Turn } from './run.ts'
export { curvesToCsv } from './simulation/csv.ts'
export {
  areaUnder,
  moneyToTarget,
  simulationMetrics,
  valueAt,
  type Measured,
  type SimulatedCurve,
  type SimulationMetric,
} from './simulation/curve.ts'
export { longTail, mergeClasses } from './simulation/imbalance.ts'
export { lookAlikes } from './simulation/look-alikes.ts'
export { renderSimulationReport } from './simulation/report/render-simulation-report.ts'
export type { SimulationReportData } from './simulation/report/simulation-report-data.ts'
export { scoresOf, shareRight, type Scores } from './simulation/scores.ts'
export { simulateCampaign, type Known, type SimulatedPoint } from './simulation/simulate-campaign.ts'
export {
  savings,
  summarize,
  type BandPoint,
  type MoneyToTarget,
  type Spread,
  type StrategySummary,
  type SummaryOptions,
} from './simulation/summary.ts'
export type { AuditRecord, Standing } from './standing.ts'
