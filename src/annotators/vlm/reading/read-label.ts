import { foldName } from '../../../core/taxonomy.ts'
import type { Exchange } from '../exchange.ts'
import { spelledConfidence, statedConfidence } from './confidence.ts'
import { openReply, outside, unread } from './open-reply.ts'
import { noneOption, type Form, type Found, type Reading } from './reading.ts'
import { endsInLoop, isNone, labelledLines, lastLine, mentionsNone, quote, soundsLikeRefusal } from './reply-text.ts'
import { matchName, type Vocabulary } from './vocabulary.ts'

const keys = ['label', 'class', 'answer', 'labels', 'classes', 'category']

/**
 * Reads the one class that a reply names. A reply that names several is outside, never the first of them. Never throws: a reply is data,
 * and may be anything.
 */
export function readLabel(said: Exchange, vocabulary: Vocabulary): Reading {
  const reply = openReply(said, keys)
  switch (reply.kind) {
    case 'nothing':
      return unread(reply.reason)
    case 'json':
      return readNames(said, reply.values, reply.form, vocabulary)
    case 'text':
      // What is cut off may go on as "moth mimic": only a closed JSON string is sure to be complete.
      return reply.cutOff ? unread('cut off') : readText(said, reply.text, vocabulary)
  }
}

/** One name, or several spellings of one class. */
function readNames(said: Exchange, names: readonly string[], form: Form, vocabulary: Vocabulary): Reading {
  const first = readName(said, names[0] ?? '', form, vocabulary)
  const { answer } = first
  const agreed = names.slice(1).every((name) => {
    const other = readName(said, name, form, vocabulary).answer
    return answer.kind === 'label' && other.kind === 'label' && other.label === answer.label
  })
  return agreed ? first : outside(names.map(quote).join(', '), form)
}

function readName(said: Exchange, name: string, form: Form, vocabulary: Vocabulary): Reading {
  const spelled = vocabulary.spelled(name)
  if (spelled) return label(vocabulary, spelled, form, confidenceOf(said, name))
  if (isNone(name)) return none(form)
  if (foldName(name) === '') return unread('empty reply')
  if (endsInLoop(name)) return unread('repeats itself')
  if (soundsLikeRefusal(name)) return unread('refused')
  const nearest = matchName(vocabulary, name)
  return nearest ? label(vocabulary, nearest, form, confidenceOf(said, name)) : outside(name, form)
}

function readText(said: Exchange, text: string, vocabulary: Vocabulary): Reading {
  const labelled = labelledLines(text)
  if (labelled.length > 0) return readNames(said, labelled, 'line', vocabulary)
  const named = [text, lastLine(text)].find((name) => vocabulary.spelled(name) ?? isNone(name))
  if (named !== undefined) return readName(said, named, 'line', vocabulary)
  if (soundsLikeRefusal(text)) return unread('refused')
  if (mentionsNone(text)) return none('prose')
  const similar = vocabulary.similar(text)
  if (similar) return label(vocabulary, similar, 'line', confidenceOf(said, text))
  const [mentioned, ...others] = vocabulary.mentions(text)
  return mentioned && others.length === 0
    ? label(vocabulary, mentioned, 'prose', statedConfidence(said))
    : outside(text, 'prose')
}

function label({ names }: Vocabulary, { index, match }: Found, form: Form, confidence?: number): Reading {
  return {
    answer: { kind: 'label', label: names[index]!, ...(confidence !== undefined && { confidence }) },
    rule: `${form}/${match}`,
  }
}

function confidenceOf(said: Exchange, name: string): number | undefined {
  return statedConfidence(said) ?? spelledConfidence(said, name.trim())
}

function none(form: Form): Reading {
  return { answer: { kind: 'abstain', reason: noneOption }, rule: `${form}/exact` }
}
