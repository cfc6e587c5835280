/** The server said no: sending the same again will not help. */
export class Refusal extends Error {
  /** @param {number} status @param {{ code: string, problem: string, fix: string }} error */
  constructor(status, { code, problem, fix }) {
    super(`${problem} ${fix}`)
    this.status = status
    this.code = code
  }
}

/** A request that neither failed nor got a reply for this long counts as a cut network. */
const timeoutMs = 20_000

export function get(path) {
  return request(path, {})
}

/** Sent even while the page is being closed (`keepalive`). */
export function post(path, body) {
  const headers = { 'Content-Type': 'application/json' }
  return request(path, { method: 'POST', headers, body: JSON.stringify(body), keepalive: true })
}

/**
 * @returns The reply's JSON, or null where it has none.
 * @throws {Refusal} for what the server will not do; any other error means: try again later.
 */
async function request(path, options) {
  const reply = await fetch(path, { ...options, signal: AbortSignal.timeout(timeoutMs) })
  if (reply.status === 204) return null
  const json = await reply.json()
  if (reply.ok) return json
  throw reply.status < 500 ? new Refusal(reply.status, json.error) : new Error(json.error.problem)
}
