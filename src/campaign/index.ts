/** The circle of questions and answers in rounds, its certificate, its learning curve and its report. @packageDocumentation */
export type { AskHooks } from './ask.ts'
export { believe, expectedAccuracy, type Belief, type EarnedChannel, type Pool } from './belief.ts'
export type { Campaign, CampaignPlan } from './campaign.ts'
export { clopperPearsonLower, type Certificate } from './certificate.ts'
export type { Decision, StopReason } from './decide.ts'
export { hear, type Hearing } from './hearing.ts'
export { learningCurve, moneyToReach, shareRight, type LearningPoint } from './learning-curve.ts'
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
export type { AuditRecord, Standing } from './standing.ts'
