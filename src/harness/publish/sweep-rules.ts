// Rules for a sweep that its schema can't express. Each looks at what the file gives; all problems
// are reported together.
import { isRecord } from '../../topology/json.ts';
import type { Problem } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import { Float } from '../../topology/value.ts';
import { inexactNumbers } from '../inexact-numbers.ts';
import { checkTask } from '../messaging/message.ts';
import { countTasks } from './sweep.ts';

export interface SweepProblem extends Omit<Problem, 'at'> {
  readonly path: readonly (string | number)[];
}

type Fields = Readonly<Record<string, unknown>>;
type Rule = (sweep: Fields) => SweepProblem[];

/** `given`: as the file has it, before defaults; fields may be missing, and of any type. */
export function sweepProblems(given: Fields): SweepProblem[] {
  const sweep = withPlainNumbers(given);
  return [...rules.flatMap((rule) => rule(sweep)), ...inexactNumbers(given, [])];
}

const withPlainNumbers = (given: Fields): Fields =>
  JSON.parse(
    JSON.stringify(given, (_, value: unknown) => {
      if (value instanceof Float) return value.value;
      return typeof value === 'bigint' ? Number(value) : value;
    }),
  ) as Fields;

const mostTasks = 1_000_000;

const rules: readonly Rule[] = [
  function rangesWithoutSamples({ random, samples }) {
    const isRandom = Object.keys(fieldsOf(random)).length > 0;
    if (isRandom === (samples !== undefined)) return [];
    const message = isRandom
      ? 'nothing says how many samples of the random ranges are drawn'
      : 'there are samples, and no random ranges to draw them from';
    const hint = isRandom ? 'write samples: 20' : 'write random: { NAME: { min: 0, max: 1 } }';
    return [{ code: 'samples', message, hint, path: [isRandom ? 'random' : 'samples'] }];
  },

  function emptyRange({ random }) {
    return rangesIn(random)
      .filter(([, { min, max }]) => Number(min) >= Number(max))
      .map(([name]) => ({
        code: 'empty-range',
        message: `the range of ${quote(name)} is empty: min is not below max`,
        hint: 'write the smaller number as min; a value that is always the same belongs to task.hyperparameters',
        path: ['random', name],
      }));
  },

  function logOfNothing({ random }) {
    return rangesIn(random)
      .filter(
        ([, { min, scale, integer }]) =>
          scale === 'log' && Number(min) < (integer === true ? 1 : Number.MIN_VALUE),
      )
      .map(([name]) => ({
        code: 'log-range',
        message: `the range of ${quote(name)} has scale log, and begins at 0 or below`,
        hint: 'write a min above 0, such as 0.0001; 1 for whole numbers',
        path: ['random', name, 'min'],
      }));
  },

  /** One name, one value. */
  function namedTwice({ task, grid, random }) {
    const places: [string[], unknown][] = [
      [['task', 'hyperparameters'], fieldsOf(task)['hyperparameters']],
      [['grid'], grid],
      [['random'], random],
    ];
    const seen = new Map<string, string>();
    return places.flatMap(([path, fields]) =>
      Object.keys(fieldsOf(fields)).flatMap((name) => {
        const place = path.join('.');
        const before = seen.get(name);
        seen.set(name, before ?? place);
        if (before === undefined) return [];
        const message = `${quote(name)} is given in ${before} and in ${place}`;
        return [{ code: 'named-twice', message, hint: 'leave one out', path: [...path, name] }];
      }),
    );
  },

  function notATask({ task = {} }) {
    const fields = fieldsOf(task);
    const own = ['version', 'id', 'seed'].filter((name) => name in fields);
    const set = own.map((name) => ({
      code: 'wrong-task',
      message: `${quote(name)} is set by the sweep`,
      hint: name === 'seed' ? 'write seeds: [1, 2] in the sweep itself' : 'remove it',
      path: ['task', name],
    }));
    if (own.length > 0) return set;
    return checkTask({ version: 1, id: 'x', ...fields }).map((message) => ({
      code: 'wrong-task',
      message,
      path: ['task'],
      hint: 'write the fields of a task: task.schema.json',
    }));
  },

  function tooManyTasks({ grid, samples, seeds }) {
    const lists = Object.entries(fieldsOf(grid)).filter((entry): entry is [string, unknown[]] =>
      Array.isArray(entry[1]),
    );
    const tasks = countTasks({
      grid: Object.fromEntries(lists),
      samples: Number(samples ?? 1),
      seeds: Array.isArray(seeds) ? seeds : [0],
    });
    if (!(tasks > mostTasks)) return [];
    const message = `the sweep makes ${tasks} tasks, and ${mostTasks} at most are published at once`;
    const hint = 'draw samples of random ranges in place of a grid of all';
    return [{ code: 'too-many-tasks', message, hint, path: ['grid'] }];
  },
];

const rangesIn = (random: unknown): [string, Fields][] =>
  Object.entries(fieldsOf(random)).flatMap(([name, range]): [string, Fields][] =>
    Array.isArray(range) ? [] : [[name, fieldsOf(range)]],
  );

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});
