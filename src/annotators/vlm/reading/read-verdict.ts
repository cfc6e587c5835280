import { foldName } from '../../../core/taxonomy.ts'
import type { Exchange } from '../exchange.ts'
import { statedConfidence, tokensOf } from './confidence.ts'
import { openReply, outside, unread } from './open-reply.ts'
import { optionShares } from './option-shares.ts'
import type { Form, Reading } from './reading.ts'
import { labelledLines, lastLine, soundsLikeRefusal } from './reply-text.ts'

const keys = ['correct', 'present', 'verdict', 'answer']
const yes: ReadonlySet<string> = new Set(['yes', 'true', 'correct'])
const no: ReadonlySet<string> = new Set(['no', 'false', 'incorrect'])

/** Reads the yes or no that a reply says. Never throws. */
export function readVerdict(said: Exchange): Reading {
  const reply = openReply(said, keys)
  switch (reply.kind) {
    case 'nothing':
      return unread(reply.reason)
    case 'json':
      return readWords(said, reply.values, reply.form)
    case 'text': {
      const text = reply.text
      if (verdictIn(text)) return readWords(said, [text], foldName(text).includes(' ') ? 'prose' : 'line')
      if (reply.cutOff) return unread('cut off')
      const labelled = labelledLines(text)
      return readWords(said, labelled.length > 0 ? labelled : [lastLine(text)], 'line')
    }
  }
}

function readWords(said: Exchange, texts: readonly string[], form: Form): Reading {
  const [first, ...others] = texts.map(verdictIn)
  if (first && others.every((other) => other?.approved === first.approved)) {
    const { word, approved } = first
    const confidence = statedConfidence(said) ?? confidenceIn(said, word, approved)
    return {
      answer: { kind: 'verdict', approved, ...(confidence !== undefined && { confidence }) },
      rule: `${form}/exact`,
    }
  }
  const all = texts.join(', ')
  if (foldName(all) === '') return unread('empty reply')
  return soundsLikeRefusal(said.text) ? unread('refused') : outside(all, form)
}

/** The first word, if it is a verdict: judges add praise after "no", and a search for "yes" would take it. */
function verdictIn(text: string): { readonly word: string; readonly approved: boolean } | undefined {
  const [word = ''] = /\p{L}+(?! idea)/u.exec(text) ?? []
  const approved = yes.has(word.toLowerCase())
  return approved || no.has(word.toLowerCase()) ? { word, approved } : undefined
}

/** How the place where the verdict stands divides between yes and no. */
function confidenceIn({ logprobs }: Exchange, word: string, approved: boolean): number | undefined {
  const [place] = tokensOf(logprobs ?? [], word, true)
  if (!place) return undefined
  const { shares, mass } = optionShares(place, [yes, no])
  return mass > 0 ? shares[approved ? 0 : 1] : undefined
}
