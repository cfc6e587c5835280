import { addAnthropicBatches } from './anthropic-batch.ts'
import { type BatchDesk, makeDesk } from './fake-batch.ts'
import { addGoogleBatches } from './google-batch.ts'
import { type OpenFake, openFake } from './open-fake.ts'
import { addOpenAiBatches } from './openai-batch.ts'

/** Providers with a batch interface of their own. */
export type BatchingProvider = 'openai' | 'anthropic' | 'google'
export const batchProviders: readonly BatchingProvider[] = ['openai', 'anthropic', 'google']

const add = { openai: addOpenAiBatches, anthropic: addAnthropicBatches, google: addGoogleBatches }

/** Starts a fake of a provider that takes batches. The model answers with the last word of what it is asked. */
export async function openFakeBatch(provider: BatchingProvider): Promise<OpenFake & { desk: BatchDesk }> {
  const desk = makeDesk()
  const answer = ({ text }: { text: string }): string => `{"label":"${text.split(' ').at(-1)}"}`
  const fake = await openFake(provider, { answer }, (app, state) => add[provider](app, state, desk))
  return { ...fake, desk }
}
