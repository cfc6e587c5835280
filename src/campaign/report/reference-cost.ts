import { valueAt } from '../simulation/curve.ts'
import type { Reference } from './report-data.ts'

/** What a reference has reached after `spent`, between its points linearly; null outside its points. */
export function accuracyAt(points: Reference['points'], spent: number): number | null {
  const end = points.at(-1)?.spent ?? -Infinity
  return spent <= end ? valueAt(points, 'accuracy', spent) : null
}
