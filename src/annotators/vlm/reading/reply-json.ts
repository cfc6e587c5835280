/** The values found in a reply's JSON, and whether it was nothing else. */
export interface JsonValues {
  readonly form: 'json' | 'fenced'
  readonly values: readonly string[]
}

/**
 * Finds what a reply's JSON holds under the first of these keys that is there, as texts: one value, or a list's. The JSON may be the whole
 * reply, stand within fences or prose, have commas and quotes that do not belong there, or be broken, as long as the value itself is
 * complete.
 */
export function findJsonValues(text: string, keys: readonly string[]): JsonValues | undefined {
  const whole = valuesAt(parseJson(text), keys)
  if (whole) return { form: 'json', values: whole }
  const piece = valuesAt(parseLeniently(jsonPiece(text)), keys)
  if (piece) return { form: 'fenced', values: piece }
  const complete = new RegExp(`["'](?:${keys.join('|')})["']\\s*:\\s*(?:("(?:[^"\\\\]|\\\\.)*")|(true|false)\\b)`, 'gi')
  const values = Array.from(text.matchAll(complete), ([, string, boolean]) => (string ? parseJson(string) : boolean))
  const distinct = [...new Set(values)].filter((value) => typeof value === 'string')
  return distinct.length > 0 ? { form: 'fenced', values: distinct } : undefined
}

/** Whether the text set out to be JSON and is none; a name in it may be half a name. */
export function isBrokenJson(text: string): boolean {
  return /^\s*(```\w*\s*)?(\{|\[\s*["'{[\]])/.test(text) && parseLeniently(jsonPiece(text)) === undefined
}

/** A loop, because a reply may be nested deeper than the stack. Numbers and booleans alone are no JSON worth the name. */
function valuesAt(json: unknown, keys: readonly string[]): readonly string[] | undefined {
  if (json === null || (typeof json !== 'object' && typeof json !== 'string')) return undefined
  for (let inner: unknown = json; ;) {
    if (Array.isArray(inner) && inner.length === 1) inner = inner[0]
    else if (Array.isArray(inner)) return inner.flatMap((entry) => textIn(entry, keys))
    else if (typeof inner === 'object' && inner !== null) {
      const field = fieldOf(inner, keys)
      if (!field) return undefined
      inner = field.value
    } else return [textOf(inner)]
  }
}

/** An entry of a list: a name, or an object that holds one. */
function textIn(entry: unknown, keys: readonly string[]): string[] {
  const value = typeof entry === 'object' && entry !== null ? fieldOf(entry, keys)?.value : entry
  return typeof value === 'object' ? [] : [textOf(value)]
}

function fieldOf(object: object, keys: readonly string[]): { readonly value: unknown } | undefined {
  const fields = new Map(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value as unknown]))
  const key = keys.find((candidate) => fields.has(candidate))
  return key === undefined ? undefined : { value: fields.get(key) }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** From where an object or a list of texts opens to where the last one closes; `[1]` in prose is a footnote. */
function jsonPiece(text: string): string {
  const start = text.search(/\{|\[\s*["'{[\]]/)
  return start < 0 ? '' : text.slice(start, Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1)
}

function parseLeniently(text: string): unknown {
  const tidy = text.replace(/,(?=\s*[}\]])/g, '')
  return parseJson(tidy) ?? parseJson(tidy.replaceAll("'", '"'))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
