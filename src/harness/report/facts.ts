// Computes the facts of a run from its records, before anything is drawn.
import type {
  Accepted,
  LedgerRecord,
  RunRecords,
  Time,
  TimelineEntry,
} from '../train/model/records.ts';
import { rangeOf } from './scale.ts';

export interface RoundFacts {
  readonly round: number;
  readonly from: Time;
  readonly to: Time;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the parameters that it ended with, where they were evaluated. */
  readonly evaluation: Readonly<Record<string, number>> | undefined;
  /** The training that took longest. */
  readonly slowest: Accepted | undefined;
  /** How many tasks of it were sent more than once. */
  readonly again: number;
}

/** From when until when; both in milliseconds since 1970. */
export interface Span {
  readonly from: Time;
  readonly to: Time;
}

export interface Facts {
  readonly run: string;
  readonly state: 'finished' | 'failed' | 'unfinished';
  /** Why it failed, if it did. */
  readonly reason: string | undefined;
  readonly span: Span;
  /** To be done; what was done is the length of `closed`. */
  readonly rounds: number;
  readonly shards: number;
  readonly closed: readonly RoundFacts[];
  readonly accepted: readonly Accepted[];
  /** Of the last model, 64 hexadecimal digits. */
  readonly sha256: string | undefined;
  /** While no coordinator lived. */
  readonly deaths: readonly Span[];
  /** While the broker was out of reach. */
  readonly losses: readonly Span[];
}

export function factsOf({ ledger, timeline }: RunRecords): Facts {
  const [from, to] = rangeOf(times(ledger, timeline)) ?? [0, 0];
  const span = { from, to };
  const began = ledger.find((record) => record.kind === 'began');
  const end = ledger.findLast(({ kind }) => kind === 'finished' || kind === 'failed');
  const accepted = ledger.filter((record) => record.kind === 'accepted');
  const last = ledger.findLast(
    (record) => record.kind === 'closed' || record.kind === 'finished' || record.kind === 'initial',
  );
  return {
    run: began?.run ?? 'unknown',
    state: end?.kind === 'finished' || end?.kind === 'failed' ? end.kind : 'unfinished',
    reason: end?.kind === 'failed' ? end.reason : undefined,
    span,
    accepted,
    rounds: began?.rounds ?? 0,
    shards: began?.shards.length ?? 0,
    closed: roundsOf(ledger, timeline, from),
    sha256: last?.parameters.sha256,
    deaths: deathsOf(ledger, timeline),
    losses: lossesOf(timeline, to),
  };
}

function* times(
  ledger: readonly LedgerRecord[],
  timeline: readonly TimelineEntry[],
): Generator<number> {
  for (const { at } of ledger) yield at;
  for (const { at } of timeline) yield at;
}

function roundsOf(
  ledger: readonly LedgerRecord[],
  timeline: readonly TimelineEntry[],
  start: Time,
): RoundFacts[] {
  const slowest = new Map<number, Accepted>();
  const evaluations = new Map<number, RoundFacts['evaluation']>();
  for (const record of ledger) {
    if (record.kind !== 'accepted') continue;
    const { round, kind } = record.unit;
    if (kind === 'evaluate') evaluations.set(round, record.metrics);
    const slow = slowest.get(round);
    if (kind !== 'train' || (slow !== undefined && tookOf(slow) >= tookOf(record))) continue;
    slowest.set(round, record);
  }
  const again = sentAgain(timeline);
  let from = start;
  const rounds: RoundFacts[] = [];
  for (const record of ledger) {
    if (record.kind === 'initial') from = record.at;
    if (record.kind !== 'closed') continue;
    const { round, at: to, metrics } = record;
    const found = { evaluation: evaluations.get(round), slowest: slowest.get(round) };
    rounds.push({ round, from, to, metrics, again: again.get(round) ?? 0, ...found });
    from = to;
  }
  return rounds;
}

export const tookOf = ({ started_at, finished_at }: Accepted): number => finished_at - started_at;

function sentAgain(timeline: readonly TimelineEntry[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const entry of timeline) {
    if (entry.kind !== 'dispatched' || entry.why === 'first') continue;
    counts.set(entry.unit.round, (counts.get(entry.unit.round) ?? 0) + 1);
  }
  return counts;
}

/** From the last sign of life before each resumption. */
function deathsOf(ledger: readonly LedgerRecord[], timeline: readonly TimelineEntry[]): Span[] {
  const resumptions = ledger.filter(({ kind }) => kind === 'resumed').map(({ at }) => at);
  return resumptions.map((to) => {
    let from = -Infinity;
    for (const at of times(ledger, timeline)) if (at < to && at > from) from = at;
    return { from: from === -Infinity ? to : from, to };
  });
}

function lossesOf(timeline: readonly TimelineEntry[], end: Time): Span[] {
  const losses: Span[] = [];
  let from: Time | undefined;
  for (const entry of timeline) {
    if (entry.kind !== 'coordinator') continue;
    if (entry.state === 'disconnected') from ??= entry.at;
    else if (from !== undefined) {
      losses.push({ from, to: entry.at });
      from = undefined;
    }
  }
  if (from !== undefined) losses.push({ from, to: end });
  return losses;
}
