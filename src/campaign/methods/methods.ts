import type { CampaignPlan } from '../campaign.ts'
import { informationMethod } from './information.ts'
import { isoMethod } from './iso.ts'
import type { Method } from './method.ts'
import { priorMethod } from './prior.ts'
import { rankingMethod } from './ranking.ts'

/** The way through the circle that a plan names. */
export function methodOf({ strategy, iso, prior }: CampaignPlan): Method {
  switch (strategy) {
    case 'information':
      return informationMethod
    case 'iso':
      return isoMethod(iso)
    case 'prior':
      return priorMethod(prior)
    default:
      return rankingMethod(strategy)
  }
}
