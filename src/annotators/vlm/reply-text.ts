/** What a reasoning model thought aloud before its answer is no part of it. */
export function withoutThinking(text: string): string {
  return text.replace(/^\s*<think>[\s\S]*?(<\/think>|$)/, '')
}

/**
 * Finds the label of a JSON reply: whole, within fences or prose, or broken, as long as the label itself is a complete string. Several
 * different labels are none.
 */
export function findJsonLabel(text: string): { readonly label: string; readonly via: 'json' | 'embedded' } | undefined {
  const whole = labelIn(parseJson(text))
  if (whole !== undefined) return { label: whole, via: 'json' }
  const pieces = Array.from(text.matchAll(/"(?:label|class|answer)"\s*:\s*("(?:[^"\\]|\\.)*")/g), ([, piece]) => piece!)
  const [label, ...others] = new Set(pieces.map(parseJson))
  return typeof label === 'string' && others.length === 0 ? { label, via: 'embedded' } : undefined
}

/** A loop, because a reply may be nested deeper than the stack. */
function labelIn(value: unknown): string | undefined {
  for (let inner = value; ;) {
    if (typeof inner === 'string' || typeof inner === 'number') return String(inner)
    if (typeof inner !== 'object' || inner === null) return undefined
    if (Array.isArray(inner)) {
      if (inner.length !== 1) return undefined
      inner = inner[0]
    } else {
      const { label, class: className, answer } = inner as Record<string, unknown>
      inner = label ?? className ?? answer
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether the text set out to be JSON and is none; a name in it may be half a name. */
export function isBrokenJson(text: string): boolean {
  return /^\s*(```\w*\s*)?[{[]/.test(text) && parseJson(text) === undefined
}

/** The last line with anything on it, without a leading `Label:`. */
export function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1)!
  return line.replace(/^\W*(?:label|class|answer)\W*[:=]/i, '')
}

/** Whether the text ends in the same few words over and over, as models do that have lost their way. */
export function endsInLoop(text: string): boolean {
  const loops = text.slice(-2000).matchAll(/(\S[\s\S]{0,79}?)\1{5,}/g)
  return Array.from(loops).some(([loop, unit]) => loop.length >= 24 && /[\p{L}\p{N}]/u.test(unit!))
}

/** Whether the text declines to answer, in the words that models decline with. */
export function soundsLikeRefusal(text: string): boolean {
  return /\b(i['’]?m sorry|i am sorry|i apologi[sz]e|as an ai|(can ?not|can['’]?t|unable to|won['’]?t) (assist|help|answer|comply|identify|determine|classify|tell|provide|view|see))\b/i.test(
    text,
  )
}
