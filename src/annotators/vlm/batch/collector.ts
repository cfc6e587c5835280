export interface CollectorOptions<T> {
  readonly quietMs: number
  readonly most: number
  readonly flush: (items: T[]) => void
}

/** Makes what gathers items until none has come for a while, or there are enough. */
export function makeCollector<T>({ quietMs, most, flush }: CollectorOptions<T>): (item: T) => void {
  let items: T[] = []
  let timer: NodeJS.Timeout | undefined
  const end = (): void => {
    clearTimeout(timer)
    timer = undefined
    const full = items
    items = []
    flush(full)
  }
  return (item) => {
    items.push(item)
    if (items.length >= most) return end()
    timer = timer?.refresh() ?? setTimeout(end, quietMs)
  }
}
