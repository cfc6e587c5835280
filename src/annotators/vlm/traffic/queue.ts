/** First in, first out, and anyone may leave from the middle; every step takes constant time, however many wait. */
export interface Queue<T> {
  size(): number
  first(): T | undefined
  /** Takes the first one out. */
  shift(): T | undefined
  /** @returns What takes it out, wherever it stands; once. */
  push(value: T): () => void
}

interface Node<T> {
  readonly value: T
  before: Node<T> | undefined
  after: Node<T> | undefined
}

export function makeQueue<T>(): Queue<T> {
  let head: Node<T> | undefined
  let tail: Node<T> | undefined
  let size = 0

  const take = (node: Node<T>): void => {
    if (node.before) node.before.after = node.after
    else head = node.after
    if (node.after) node.after.before = node.before
    else tail = node.before
    size--
  }
  return {
    size: () => size,
    first: () => head?.value,
    shift: () => {
      const node = head
      if (node) take(node)
      return node?.value
    },
    push: (value) => {
      const node: Node<T> = { value, before: tail, after: undefined }
      if (tail) tail.after = node
      else head = node
      tail = node
      size++
      return () => take(node)
    },
  }
}
