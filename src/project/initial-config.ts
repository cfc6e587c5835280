/** What `labelwright init` found; paths as they shall stand in the file. */
export interface Findings {
  readonly dataset: string
  readonly classes: string
  /** The label column that may hold the known labels, or null. */
  readonly truth: string | null
  /** A model server that answers here, or null. */
  readonly vlm: { readonly endpoint: string; readonly model: string } | null
}

/** The first `labelwright.yaml` of a project: ready to run, and a lesson in what else it may say. */
export function initialConfig({ dataset, classes, truth, vlm }: Findings): string {
  return `# What is labelled, by whom, at what price. Paths are relative to this file.
dataset: ${yamlText(dataset)}
classes: ${yamlText(classes)} # a list, or a tree such as "bee: [honeybee, bumblebee]"

${truthLines(truth)}
# What turns items into vectors: builtin, onnx:./encoder.onnx, or features made elsewhere: ./features.npy
encoder: builtin

# Whoever answers, each at a price. Models may err as they like: people's answers show how far to believe them.
annotators:
  - { id: person, kind: human, hourly: 30, seconds: { classify: 8, verify: 2 } }
${vlm ? vlmEntry(vlm) : ''}${examples}
# What is asked next: information (what is learnt per money spent), margin, entropy or random.
strategy: information

# Labelling ends when the money is spent, or the target is certified by an audit of random items.
budget: { amount: 20, currency: EUR }
target: { accuracy: 0.95, confidence: 0.95 }

start: 30 # items that people label at random before the first choice
seed: 1 # the same seed and the same answers give the same results
`
}

function truthLines(truth: string | null): string {
  const comment = '# Known labels, which only simulations and measurements see:'
  return truth === null
    ? `${comment}\n# labels: { truth: <column> }\n`
    : `${comment}\nlabels: { truth: ${yamlText(truth)} }\n`
}

function vlmEntry({ endpoint, model }: NonNullable<Findings['vlm']>): string {
  return `  - id: vlm
    kind: vlm
    endpoint: ${yamlText(endpoint)}
    model: ${yamlText(model)}
    price: { input: 0.1, output: 0.4 } # per million tokens; for a model of your own, what its machine costs
`
}

const examples = `
  # Further annotators; take the "#" away. Prices are per million tokens: look up today's. Try them with: labelwright prompts
  # - { id: ollama, kind: vlm, endpoint: "http://localhost:11434/v1", model: "qwen2.5vl:7b", price: { input: 0.1, output: 0.1 } }
  # - { id: vllm, kind: vlm, endpoint: "http://localhost:8000/v1", model: Qwen/Qwen3-VL-8B-Instruct, prompt: describe, price: { input: 0.1, output: 0.4 } }
  # Keys stay in the environment: OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, or what apiKeyEnv: names.
  # - { id: openai, kind: vlm, provider: openai, model: gpt-4.1-mini, confidence: logprobs, price: { input: 0.4, output: 1.6 } }
  # - { id: claude, kind: vlm, provider: anthropic, model: claude-haiku-4-5, mode: batch, price: { input: 1, output: 5 } }
  # - { id: gemini, kind: vlm, provider: google, model: gemini-2.5-flash-lite, samples: 3, price: { input: 0.1, output: 0.4 } }
  # A model in this process, that compares pictures with class names:
  # - { id: clip, kind: zero-shot, model: "hf:Xenova/clip-vit-base-patch32" }
  # Answers from a file (columns item and answer), and a simulated person who answers from a label column:
  # - { id: earlier, kind: recorded, answers: ./answers.csv, price: { answer: 0.002 } }
  # - { id: simulated, kind: oracle, labels: truth, noise: 0.05, price: { answer: 0.05 } }
`

/** A text as YAML: quoted where it might be taken for something else. JSON's quotes are YAML's. */
function yamlText(text: string): string {
  return /^(\.{0,2}\/|[a-z])[\w./-]*$/i.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text)
}
