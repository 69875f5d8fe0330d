// Holds what workers got of a queue that was replaced against what was published and promised.
import type { Delivery, Span } from '../management/numbered-messages.ts';
import { few, type Flip } from './watched-flips.ts';

/** `worker`: its number; undefined for the one that works off what is left in the end. */
export interface Got extends Delivery {
  readonly worker: number | undefined;
  /** Whether it came from the queue that was replaced, after the run had begun. */
  readonly isFromOld: boolean;
}

export interface Traffic {
  readonly confirmed: ReadonlySet<number>;
  /** When a message was published; undefined if that was before all else. */
  readonly spanOf: (n: number) => Span | undefined;
  /** In the order in which they came. */
  readonly got: readonly Got[];
  readonly flips: readonly Flip[];
}

export interface Figures {
  readonly lost: number;
  readonly altered: number;
  readonly duplicates: number;
  /** Those that are neither redelivered nor published while both queues were bound. */
  readonly strays: number;
  /** First copies that RabbitMQ gave to another worker before. */
  readonly redelivered: number;
  /** How many came after one that was published later, but for those and second copies. */
  readonly late: number;
  /** The most that one of them came after. */
  readonly most: number;
  /**
   * Without workers, at most so many may be late: few were left, and more came. Any number if they
   * come faster than topo moves them.
   */
  readonly mayBeLate: number;
  /** How many may overtake others: published during a change of bindings, or taken meanwhile. */
  readonly ahead: { readonly published: number; readonly taken: number };
  /** Those that came after one that may not overtake. */
  readonly misplaced: number;
  /** Milliseconds of the longer change of bindings. */
  readonly flip: number;
  /** And until what was left behind had moved. */
  readonly settled: number;
}

export function accountForAll({ confirmed, spanOf, got, flips }: Traffic): Figures {
  const isDuring = (n: number, spans: readonly Span[]): boolean => {
    const span = spanOf(n);
    return span !== undefined && spans.some(({ from, to }) => span.from <= to && from <= span.to);
  };
  const both = flips.map((flip) => flip.both);
  const whole = flips.map((flip) => flip.whole);
  const nearly = flips.flatMap((flip) => flip.nearly ?? []);
  const isAhead = ({ n, isFromOld }: Got): boolean => isFromOld || isDuring(n, whole);
  const [firsts, seconds] = sortOut(got);
  const seen = new Set(firsts.map(({ n }) => n));
  const kept = firsts.filter(({ redelivered }) => !redelivered).map(({ n }) => n);
  const overtaken = countOvertakers(kept).filter((count) => count > 0);
  return {
    lost: [...confirmed].filter((n) => !seen.has(n)).length,
    altered: got.filter(({ isWhole }) => !isWhole).length,
    duplicates: seconds.length,
    strays: seconds.filter(({ n, redelivered }) => !redelivered && !isDuring(n, both)).length,
    redelivered: firsts.length - kept.length,
    late: overtaken.length,
    mayBeLate:
      nearly.length < flips.length
        ? Infinity
        : flips.length * few + [...confirmed].filter((n) => isDuring(n, nearly)).length,
    most: overtaken.reduce((most, count) => Math.max(most, count), 0),
    ahead: {
      published: [...confirmed].filter((n) => isDuring(n, whole)).length,
      taken: firsts.filter(({ isFromOld }) => isFromOld).length,
    },
    misplaced: countMisplaced(firsts, isAhead),
    ...{ flip: longest(both), settled: longest(whole) },
  };
}

/** First copies, and all others. */
function sortOut(got: readonly Got[]): [firsts: Got[], seconds: Got[]] {
  const seen = new Set<number>();
  const [firsts, seconds]: [Got[], Got[]] = [[], []];
  for (const one of got) {
    (seen.has(one.n) ? seconds : firsts).push(one);
    seen.add(one.n);
  }
  return [firsts, seconds];
}

/**
 * RabbitMQ keeps the order for each consumer, but not between two of them, nor of what it
 * redelivers.
 */
function countMisplaced(firsts: readonly Got[], isAhead: (one: Got) => boolean): number {
  const latest = new Map<number | undefined, number>();
  let misplaced = 0;
  for (const one of firsts) {
    if (one.redelivered) continue;
    const before = one.worker === undefined ? [...latest.values()] : [latest.get(one.worker) ?? 0];
    const last = Math.max(0, ...before);
    if (one.n < last) misplaced++;
    if (!isAhead(one)) latest.set(one.worker, Math.max(last, one.n));
  }
  return misplaced;
}

/** For each number, how many greater ones come before it. */
function countOvertakers(numbers: readonly number[]): number[] {
  const most = numbers.reduce((one, other) => Math.max(one, other), 0);
  // A Fenwick tree of those that have come.
  const come = new Uint32Array(most + 1);
  return numbers.map((n, before) => {
    let upTo = 0;
    for (let at = n; at > 0; at -= at & -at) upTo += come[at] ?? 0;
    for (let at = n; at <= most; at += at & -at) come[at] = (come[at] ?? 0) + 1;
    return before - upTo;
  });
}

const longest = (spans: readonly Span[]): number =>
  Math.round(Math.max(0, ...spans.map(({ from, to }) => to - from)));
