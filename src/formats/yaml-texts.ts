import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'

/** Steps from the top of a document to a value: keys of mappings, places in lists. */
export type YamlPath = readonly (string | number)[]

/** A document read as texts, lists and maps alone, so that `no`, `007` and `null` stay as they were written; maps keep their order. */
export interface YamlTexts {
  readonly value: unknown
  /** The line, from 1, of a value (for a mapping's entry: of its key). */
  lineOf(path: YamlPath): number | undefined
}

/** Reads YAML, or JSON, which is YAML as well. Where it is broken, says how, and at which line. */
export function parseYamlTexts(text: string): YamlTexts | { readonly why: string; readonly line: number | undefined } {
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false })
  const error = document.errors[0]
  if (error) return { why: error.message, line: lines.linePos(error.pos[0]).line }
  try {
    return { value: document.toJS({ mapAsMap: true }), lineOf: (path) => lineOf(document, lines, path) }
  } catch (thrown) {
    // Hostile documents: aliases that multiply, or lists nested deeper than the stack.
    return { why: thrown instanceof RangeError ? 'it is nested too deeply' : String(thrown), line: undefined }
  }
}

function lineOf(document: Document, lines: LineCounter, path: YamlPath): number | undefined {
  let node: unknown = document.contents
  let marker: unknown = node
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step)
      marker = pair?.key
      node = pair?.value
    } else if (isSeq(node)) {
      marker = node = node.items[Number(step)]
    } else break
  }
  return isNode(marker) && marker.range ? lines.linePos(marker.range[0]).line : undefined
}
