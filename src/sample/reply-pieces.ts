/** A stretch of a reply: fixed words, or one of several things that the model could have said there. */
export type Piece = string | Choice

/** What was said, and the probability of each thing that could have been; they sum to at most 1. */
interface Choice {
  readonly said: string
  readonly among: ReadonlyMap<string, number>
}

/** A token of a reply, and the tokens that could have stood there, likeliest first, itself among them; natural logarithms. */
export interface ReplyToken {
  readonly token: string
  readonly logprob: number
  readonly top: readonly { readonly token: string; readonly logprob: number }[]
}

/** The text of a reply. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.said)).join('')
}

/**
 * Cuts a reply into tokens of up to four characters, a space only at their beginning. Fixed words are certain. The tokens of a choice
 * have their probability given those before them, as a language model's have: their product is the probability of what was said.
 */
export function tokensOf(pieces: readonly Piece[]): ReplyToken[] {
  return pieces.flatMap((piece) =>
    typeof piece === 'string'
      ? cut(piece).map((token) => ({ token, logprob: 0, top: [{ token, logprob: 0 }] }))
      : choiceTokens(piece),
  )
}

/** The `logprobs` of a completion, as OpenAI writes them, for a reply that was cut off after so many characters. */
export function logprobsOf(pieces: readonly Piece[], length: number, alternatives: number): object {
  let left = length
  const content = tokensOf(pieces).flatMap(({ token, logprob, top }) => {
    const said = token.slice(0, Math.max(0, left))
    left -= token.length
    const top_logprobs = top.slice(0, alternatives).map((one) => ({ ...one, bytes: null }))
    return said === '' ? [] : [{ token: said, logprob, bytes: null, top_logprobs }]
  })
  return { content, refusal: null }
}

function choiceTokens({ said, among }: Choice): ReplyToken[] {
  const tokens = cut(said)
  let going = Array.from(among, ([text, probability]) => ({ tokens: cut(text), probability }))
  let before = Math.max(1, sumOf(going))
  return tokens.map((token, i) => {
    const isLast = i === tokens.length - 1
    const next = new Map<string, number>()
    for (const { tokens: other, probability } of going) next.set(other[i]!, (next.get(other[i]!) ?? 0) + probability)
    // A name that ends here is told from a longer one that begins with it: at its last token, only its own probability counts.
    going = going.filter(
      ({ tokens: other }) => other[i] === token && (isLast ? other.length === i + 1 : other.length > i + 1),
    )
    next.set(token, sumOf(going))
    const top = Array.from(next, ([one, probability]) => ({ token: one, logprob: logOf(probability / before) }))
    before = sumOf(going) || 1
    return {
      token,
      logprob: top.find((one) => one.token === token)!.logprob,
      top: top.toSorted((a, b) => b.logprob - a.logprob),
    }
  })
}

const cut = (text: string): string[] => text.match(/\s?\S{1,4}|\s/gu) ?? []

const sumOf = (paths: readonly { readonly probability: number }[]): number =>
  paths.reduce((sum, { probability }) => sum + probability, 0)

/** No token is impossible to a model, and JSON has no infinity. */
const logOf = (probability: number): number => Math.log(Math.min(1, Math.max(1e-9, probability)))
