import { LabelwrightError } from '../../../core/error.ts'

/** A model server and the key to it. Everything that is shown to people goes through `url` and `redact`. */
export interface Endpoint {
  /** Base address without a trailing slash, e.g. `http://localhost:8000/v1`. */
  readonly url: string
  readonly apiKey: string | undefined
  /** Takes the key out of a text, which servers like to repeat in their errors, and shortens it. */
  redact(text: string): string
}

const longestQuote = 300

/** Whether it is an http(s) URL without a password or a query, which may be a key. */
export function isPlainAddress(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search
}

/** Whether a URL's host is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

/** @throws {@link LabelwrightError} `bad-endpoint` when the address is no http(s) URL, or carries a password or a query. */
export function parseEndpoint(address: string, apiKey?: string): Endpoint {
  const url = URL.parse(address)
  if (!url || !isPlainAddress(address)) {
    throw new LabelwrightError(
      'bad-endpoint',
      `"${url ? url.host + url.pathname : 'The endpoint'}" is no plain http(s) address.`,
      'Write e.g. endpoint: http://localhost:8000/v1, and keep keys and passwords in the environment.',
    )
  }
  // Keys read from files often end in a newline, which no HTTP header may hold.
  const key = apiKey?.trim() || undefined
  return {
    url: (url.origin + url.pathname).replace(/\/+$/, ''),
    apiKey: key,
    redact: (text) => {
      // Control characters would steer the terminal that shows it.
      const safe = (key ? text.replaceAll(key, '[key]') : text).replace(/[\s\p{Cc}]+/gu, ' ').trim()
      return safe.length > longestQuote ? `${safe.slice(0, longestQuote)}…` : safe
    },
  }
}
