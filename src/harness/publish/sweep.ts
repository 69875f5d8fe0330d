// Makes tasks of a sweep: the combinations of its grid, its random samples and its seeds, the same
// each time.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { Random } from '../random.ts';
import type { Input } from './input.ts';
import type { Sweep } from './sweep.generated.ts';

type Point = Readonly<Record<string, unknown>>;
type Range = Sweep['random'][string];

/**
 * `name`: the sweep's file. Tasks without ids: each publish makes new ones, and what is published
 * twice is trained twice.
 */
export const sweepInput = (sweep: Sweep, name: string): Input => ({
  kind: 'file',
  name,
  open: () => Readable.from(linesOf(sweep)),
});

function* linesOf(sweep: Sweep): Generator<Buffer> {
  for (const task of tasksOf(sweep)) yield Buffer.from(`${JSON.stringify(task)}\n`);
}

export function* tasksOf({ name, task, grid, random, samples, seeds }: Sweep): Generator<object> {
  const { hyperparameters = {}, labels = {}, ...common } = task as Partial<Record<string, object>>;
  const draws = new Random(seedOf(name));
  for (const point of pointsOf(Object.entries(grid))) {
    for (let sample = 0; sample < (samples ?? 1); sample++) {
      const drawn = { ...hyperparameters, ...point, ...draw(random, draws) };
      for (const seed of seeds) {
        yield { ...common, seed, hyperparameters: drawn, labels: { ...labels, sweep: name } };
      }
    }
  }
}

interface Extent {
  readonly grid: Readonly<Record<string, readonly unknown[]>>;
  readonly samples?: number;
  readonly seeds: readonly unknown[];
}

/** How many tasks it makes. */
export const countTasks = ({ grid, samples = 1, seeds }: Extent): number =>
  Object.values(grid).reduce((count, values) => count * values.length, samples * seeds.length);

/** The last name varies fastest. */
function* pointsOf(axes: readonly (readonly [string, readonly unknown[]])[]): Generator<Point> {
  const [first, ...others] = axes;
  if (first === undefined) {
    yield {};
    return;
  }
  const [name, values] = first;
  for (const value of values)
    for (const point of pointsOf(others)) yield { [name]: value, ...point };
}

const seedOf = (name: string): number =>
  createHash('sha256').update(name).digest().readUIntBE(0, 6);

const draw = (random: Sweep['random'], draws: Random): Point =>
  Object.fromEntries(
    Object.entries(random).map(([name, range]) => [name, drawOne(range, draws.uniform())]),
  );

/** `at`: from 0 up to, not including, 1. */
function drawOne(range: Range, at: number): unknown {
  if (Array.isArray(range)) return range[Math.floor(at * range.length)];
  const { min, max, scale = 'linear', integer = false } = range;
  // Whole numbers are alike likely, the first and the last, too.
  const [low, high] = integer ? [min - 0.5, max + 0.5] : [min, max];
  const number =
    scale === 'log'
      ? Math.exp(Math.log(low) + at * (Math.log(high) - Math.log(low)))
      : low + at * (high - low);
  // Six digits are enough, and the same on every machine.
  const rounded = integer ? Math.round(number) : Number(number.toPrecision(6));
  return Math.min(max, Math.max(min, rounded));
}
