// Checks the hyperparameters of the perceptron.
import { nearest } from '../../../topology/did-you-mean.ts';
import { quote } from '../../../topology/quote.ts';
import { poison } from './poison.ts';

export interface Hyperparameters {
  /** Units of the hidden layer. */
  readonly hidden: number | undefined;
  readonly classes: number | undefined;
  /** Pixels of an image; by default those of the shard's. */
  readonly inputs: number | undefined;
  readonly learning_rate: number;
  /** Of plain SGD: how much of the last step is kept. It begins at 0 with each task. */
  readonly momentum: number;
  readonly batch_size: number;
  /** Batches to train on; 0 trains nothing. */
  readonly local_steps: number;
  /** Only measures the parameters on the shard. */
  readonly evaluate: boolean;
}

interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly wanted: string;
}

const whole = (least: number, most: number): Rule => ({
  holds: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  wanted: `a whole number from ${least} to ${most}`,
});

const rules: Readonly<Record<keyof Hyperparameters, Rule>> = {
  hidden: whole(1, 65_536),
  classes: whole(2, 256),
  inputs: whole(1, 2 ** 24),
  learning_rate: {
    holds: (value) => typeof value === 'number' && value > 0 && value < Infinity,
    wanted: 'a number above 0, such as 0.1',
  },
  momentum: {
    holds: (value) => typeof value === 'number' && value >= 0 && value < 1,
    wanted: 'a number from 0 up to, not including, 1, such as 0.9',
  },
  batch_size: whole(1, 2 ** 20),
  local_steps: whole(0, 2 ** 31),
  evaluate: { holds: (value) => typeof value === 'boolean', wanted: 'true or false' },
};

const defaults: Hyperparameters = {
  hidden: undefined,
  classes: undefined,
  inputs: undefined,
  learning_rate: 0.1,
  momentum: 0,
  batch_size: 32,
  local_steps: 30,
  evaluate: false,
};

/** Throws a TrainingError for the first that is wrong, or not known. */
export function parseHyperparameters(given: Readonly<Record<string, unknown>>): Hyperparameters {
  for (const [name, value] of Object.entries(given)) {
    if (!isKnown(name)) throw unknown(name);
    const { holds, wanted } = rules[name];
    if (!holds(value)) {
      throw poison(`the hyperparameter ${name} is ${render(value)}`, `it must be ${wanted}`);
    }
  }
  return { ...defaults, ...given };
}

const isKnown = (name: string): name is keyof Hyperparameters => Object.hasOwn(rules, name);

function unknown(name: string): Error {
  const near = nearest(name, Object.keys(rules));
  const hint =
    near === undefined ? `it knows ${Object.keys(rules).join(', ')}` : `did you mean ${near}?`;
  return poison(`the perceptron has no hyperparameter ${quote(name)}`, hint);
}

const render = (value: unknown): string =>
  typeof value === 'number' ? String(value) : quote(JSON.stringify(value));
