import type { Reference } from './report-data.ts'

/** What a reference has reached after `spent`, between its points linearly; null outside its points. */
export function accuracyAt(points: Reference['points'], spent: number): number | null {
  const next = points.findIndex((point) => point.spent >= spent)
  const b = points[next]
  if (!b) return null
  if (b.spent === spent) return b.accuracy
  const a = points[next - 1]
  return a ? a.accuracy + ((b.accuracy - a.accuracy) * (spent - a.spent)) / (b.spent - a.spent) : null
}

/** What a reference has paid when it first reaches an accuracy, between its points linearly; null where it never does. */
export function costToReach(points: Reference['points'], accuracy: number): number | null {
  const next = points.findIndex((point) => point.accuracy >= accuracy)
  const b = points[next]
  if (!b) return null
  const a = points[next - 1]
  return a ? a.spent + ((b.spent - a.spent) * (accuracy - a.accuracy)) / (b.accuracy - a.accuracy) : b.spent
}
