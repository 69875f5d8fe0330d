// Renders dead letters as text, a few lines each. Anyone may have written what is in them.
import type { Letter } from '../../harness/dead/letter.ts';
import type { Replayed } from '../../harness/dead/replay.ts';
import { escape } from '../../report/escape.ts';
import type { Paint } from '../../report/paint.ts';
import { plural } from '../../topology/count.ts';

const longest = 300;

export function renderLetter(letter: Letter, paint: Paint): string {
  const { id, attempts, verdict, error, worker, queue, from, time } = letter;
  const tried = attempts === null ? '' : `, ${plural(attempts, 'attempt')}`;
  const route =
    from === null
      ? 'nothing says from where'
      : `from ${nameOf(from.exchange)} with the key ${from.routing_key}`;
  const facts = [
    ...[queue === null ? [] : `in ${queue}`, worker === null ? [] : `by ${worker}`].flat(),
    route,
    ...(time === null ? [] : [time]),
  ];
  return [
    `${paint.bold(escape(id))}  ${paint.red(escape(verdict))}${tried}`,
    ...shorten(error)
      .split('\n')
      .map((line) => `  ${escape(line)}`),
    `  ${paint.dim(escape(facts.join(', ')))}`,
    ...renderTask(letter.task).map((line) => `  ${paint.dim(escape(line))}`),
  ].join('\n');
}

/** Keeps the end: it holds a traceback's conclusion. */
const shorten = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest / 3)} … ${text.slice(-longest / 1.5)}`;

/** What tells the task from others. */
function renderTask(task: Letter['task']): string[] {
  const { seed, labels = {}, hyperparameters = {} } = task ?? {};
  const named = Object.entries({ ...hyperparameters, ...labels });
  const facts = [
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...named.map(([name, value]) => `${name} ${JSON.stringify(value)}`),
  ];
  return facts.length === 0 ? [] : [facts.join(', ').slice(0, longest)];
}

export const renderReplayed = (replayed: Extract<Replayed, { kind: 'kept' }>): string =>
  escape(`kept: ${replayed.letter.id}: ${replayed.reason}`);

const nameOf = (exchange: string): string =>
  exchange === '' ? 'the default exchange' : `the exchange ${exchange}`;
