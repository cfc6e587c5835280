import { choiceAmong } from './choice.ts'
import { listAmong } from './listing.ts'
import { classesAsked } from './options.ts'
import { onlyTurn } from './turn.ts'
import type { Way } from './way.ts'

/** One message with all classes: the cheapest way, and the best one for up to some twenty. */
export const direct: Way = {
  version: 'direct-2',
  questions: ['classify', 'select'],
  next: (asked, said) => {
    const classes = classesAsked(asked)
    const turnAmong = asked.question.kind === 'select' ? listAmong : choiceAmong
    return onlyTurn(turnAmong(asked, classes), said)
  },
  mostCalls: () => 1,
}
