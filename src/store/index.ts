/** The ledger and the queue of a campaign: who said what about which item, at what cost. @packageDocumentation */
export { openSqliteStore } from './sqlite-store.ts'
export type {
  ClaimOptions,
  LedgerEntry,
  NewAnswer,
  PlannedQuestion,
  QuestionKey,
  QueuedQuestion,
  SpendRow,
  Store,
} from './store.ts'
