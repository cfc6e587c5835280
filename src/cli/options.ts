import { InvalidArgumentError, type Command } from 'commander'
import { toMicros, type Micros } from '../core/money.ts'
import { strategyNames, strategyWords, type StrategyName } from '../strategies/strategies.ts'

/** `--dir` and `--json`, which every command on a project has. */
export function onProject(command: Command): Command {
  return command
    .option('-d, --dir <folder>', 'the project: a folder with labelwright.yaml', '.')
    .option('--json', 'print one JSON object on stdout, everything else on stderr')
}

export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
      const end = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
      throw new InvalidArgumentError(`Write a whole number from ${least}${end}.`)
    }
    return value
  }
}

export function money(text: string): Micros {
  const amount = Number(text)
  if (text.trim() === '' || !(amount >= 0) || amount > 9e9)
    throw new InvalidArgumentError('Write an amount of money, such as 25.')
  return toMicros(amount)
}

const widest = Math.max(...strategyNames.map((name) => name.length))

/** Every strategy on a line of its own, for the end of a command's help. */
export const strategyLines: string = strategyNames
  .map((name) => `  ${name.padEnd(widest)}  ${strategyWords[name]}`)
  .join('\n')

export function strategy(text: string): StrategyName {
  const name = strategyNames.find((candidate) => candidate === text)
  if (!name) throw new InvalidArgumentError(`There are: ${strategyNames.join(', ')}.`)
  return name
}
