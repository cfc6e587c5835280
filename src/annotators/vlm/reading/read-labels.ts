import { foldName } from '../../../core/taxonomy.ts'
import type { Exchange } from '../exchange.ts'
import { openReply, outside, unread } from './open-reply.ts'
import { mostDoubtful, type Form, type Found, type Reading } from './reading.ts'
import { isNone, mentionsNone, quote, soundsLikeRefusal } from './reply-text.ts'
import { matchName, type Vocabulary } from './vocabulary.ts'

const keys = ['labels', 'label', 'classes', 'class', 'answers', 'answer', 'present']

/**
 * Reads the list of classes that a reply names, each once, in its order. An empty list is an answer. Names outside the vocabulary are kept
 * beside it; the rule is that of the most doubtful name. Never throws.
 */
export function readLabels(said: Exchange, vocabulary: Vocabulary): Reading {
  const reply = openReply(said, keys)
  switch (reply.kind) {
    case 'nothing':
      return unread(reply.reason)
    case 'json':
      return readList(
        reply.values.flatMap((value) => namesIn(value, vocabulary)),
        reply.form,
        vocabulary,
      )
    case 'text':
      return reply.cutOff ? unread('cut off') : readText(reply.text, vocabulary)
  }
}

function readList(names: readonly string[], form: Form, vocabulary: Vocabulary): Reading {
  if (names.length > 0 && names.every((name) => foldName(name) === '')) return unread('empty reply')
  const found: Found[] = []
  const unknown = new Set<string>()
  for (const name of names) {
    if (foldName(name) === '') continue
    const known = isNone(name) ? vocabulary.spelled(name) : matchName(vocabulary, name)
    if (known) found.push(known)
    else if (!isNone(name)) unknown.add(quote(name))
  }
  if (found.length === 0 && [...unknown].some(soundsLikeRefusal)) return unread('refused')
  return listed(found, form, vocabulary, [...unknown])
}

function readText(text: string, vocabulary: Vocabulary): Reading {
  const names = text.split('\n').flatMap((line) => namesIn(withoutBullet(line), vocabulary))
  const said = names.filter((name) => foldName(name) !== '')
  if (said.length > 0 && said.every((name) => vocabulary.spelled(name) ?? isNone(name))) {
    return readList(said, 'line', vocabulary)
  }
  if (soundsLikeRefusal(text)) return unread('refused')
  if (mentionsNone(text)) return listed([], 'prose', vocabulary)
  const mentions = vocabulary.mentions(text)
  return mentions.length > 0 ? listed(mentions, 'prose', vocabulary) : outside(text, 'prose')
}

/** A name may hold commas, so only what is no name is taken apart. */
function namesIn(text: string, vocabulary: Vocabulary): readonly string[] {
  return vocabulary.spelled(text) ? [text] : text.split(/[,;\n]/)
}

function withoutBullet(line: string): string {
  return line.replace(/^\W*(?:\d+[.)]\s|(?:labels?|classes|answers?)\W*[:=])?/i, '')
}

function listed(found: readonly Found[], form: Form, vocabulary: Vocabulary, unknown: readonly string[] = []): Reading {
  const labels = [...new Set(found.map(({ index }) => vocabulary.names[index]!))]
  const doubt = unknown.length > 0 ? 'outside' : mostDoubtful(found.map(({ match }) => match))
  return {
    answer: { kind: 'labels', labels, ...(unknown.length > 0 && { outside: unknown }) },
    rule: `${form}/${doubt}`,
  }
}
