import { makeGate, type Gate } from '../annotators/vlm/traffic/gate.ts'
import type { Endpoint } from '../annotators/vlm/wire/endpoint.ts'
import type { Clock } from '../core/clock.ts'
import type { Rng } from '../core/rng.ts'
import type { AnnotatorConfig } from './config.ts'
import { endpointOf, isRemote } from './model-connection.ts'

/** The gate of an endpoint and a key: models behind the same one share its limits, its pauses and its failures. */
export type GateOf = (endpoint: Endpoint) => Gate

/** Makes the gates of a project's endpoints. Where its models name different limits for one endpoint, the narrowest counts. */
export function makeGates(
  annotators: readonly AnnotatorConfig[],
  { clock, rng }: { readonly clock: Clock; readonly rng: Rng },
): GateOf {
  const models = annotators.filter((said) => said.kind === 'vlm').filter(isRemote)
  const gates = new Map<string, Gate>()
  return ({ url, apiKey }) => {
    const key = `${url}\u0000${apiKey}`
    const behind = models.filter((said) => endpointOf(said).url === url)
    const gate =
      gates.get(key) ??
      makeGate({
        concurrency: Math.max(1, ...behind.map(({ concurrency }) => concurrency)),
        requestsPerMinute: narrowest(behind.map((said) => said.requestsPerMinute)),
        tokensPerMinute: narrowest(behind.map((said) => said.tokensPerMinute)),
        clock,
        rng,
      })
    gates.set(key, gate)
    return gate
  }
}

function narrowest(limits: readonly (number | null)[]): number | undefined {
  const given = limits.filter((limit) => limit !== null)
  return given.length > 0 ? Math.min(...given) : undefined
}
