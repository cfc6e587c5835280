import { namedChoice } from './choice.ts'
import { listAmong } from './listing.ts'
import { classesAsked } from './options.ts'
import { onlyTurn } from './turn.ts'
import type { Way } from './way.ts'

/**
 * One message; the reply describes and reasons before it chooses. Only the order of the reply's fields makes it so: with the label first,
 * the reason becomes an excuse. Probabilities of the label's tokens say little after it, for the reason has decided.
 */
export const describe: Way = {
  version: 'describe-1',
  questions: ['classify', 'select'],
  next: (asked, said) => {
    const classes = classesAsked(asked)
    const turnAmong = asked.question.kind === 'select' ? listAmong : namedChoice
    return onlyTurn(turnAmong(asked, classes, { described: true }), said)
  },
  mostCalls: () => 1,
}
