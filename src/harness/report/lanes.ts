// Computes the lanes of the timeline: what each worker did, and when.
import type { LedgerRecord, Time, TimelineEntry } from '../train/model/records.ts';
import type { Unit, UnitKind } from '../train/model/unit.ts';
import type { Span } from './facts.ts';
import { nameOf } from './words.ts';

/** A training that counts, work that was lost, or a copy that another one was faster than. */
export interface Bar extends Span {
  readonly kind: UnitKind | 'lost' | 'second';
  readonly round: number;
  readonly what: string;
}

interface Mark {
  readonly kind: 'failed' | 'dropped';
  readonly at: Time;
  readonly what: string;
}

export interface Lane {
  readonly worker: string;
  /** Trainings and evaluations that count. */
  readonly accepted: number;
  readonly bars: readonly Bar[];
  readonly silences: readonly Span[];
  readonly marks: readonly Mark[];
}

interface OpenLane {
  accepted: number;
  readonly bars: Bar[];
  readonly silences: Span[];
  readonly marks: Mark[];
  silentSince: Time | undefined;
  /** What was begun and did not come to a result yet, by the unit's id. */
  readonly begun: Map<string, { readonly unit: Unit; readonly at: Time }>;
}

/** In the order of the workers' first events. `end`: of the run. */
export function lanesOf(
  ledger: readonly LedgerRecord[],
  timeline: readonly TimelineEntry[],
  end: Time,
): Lane[] {
  const lanes = new Map<string, OpenLane>();
  const laneOf = (worker: string): OpenLane => {
    const lane = lanes.get(worker) ?? openLane();
    lanes.set(worker, lane);
    return lane;
  };
  for (const entry of timeline) if ('worker' in entry) tell(laneOf(entry.worker), entry);
  for (const record of ledger) {
    if (record.kind !== 'accepted') continue;
    const { unit, worker, started_at: from, finished_at: to } = record;
    const lane = laneOf(worker);
    lane.accepted++;
    lane.bars.push({ kind: unit.kind, round: unit.round, from, to, what: nameOf(unit) });
  }
  const counted = new Set(ledger.flatMap((one) => (one.kind === 'accepted' ? [one.unit.id] : [])));
  return [...lanes].map(([worker, lane]) => close(worker, lane, end, counted));
}

const openLane = (): OpenLane => ({
  accepted: 0,
  bars: [],
  silences: [],
  marks: [],
  silentSince: undefined,
  begun: new Map(),
});

function tell(lane: OpenLane, entry: Extract<TimelineEntry, { worker: string }>): void {
  const { at } = entry;
  switch (entry.kind) {
    case 'worker':
      if (entry.state === 'silent') fallSilent(lane, at);
      else endSilence(lane, at);
      return;
    case 'started':
      lane.begun.set(entry.unit.id, { unit: entry.unit, at });
      return;
    case 'accepted':
      lane.begun.delete(entry.unit.id);
      return;
    case 'failed':
      lose(lane, entry.unit.id, at, 'failed');
      lane.marks.push({ kind: 'failed', at, what: `${nameOf(entry.unit)}: ${entry.error}` });
      return;
    case 'dropped':
      if (entry.why === 'late') outrun(lane, entry.unit.id, at);
      else lose(lane, entry.unit.id, at, 'not valid');
      lane.marks.push({ kind: 'dropped', at, what: `${nameOf(entry.unit)}: ${entry.why}` });
      return;
    case 'given_up':
      lose(lane, entry.unit.id, at, 'given up');
      return;
  }
}

function fallSilent(lane: OpenLane, at: Time): void {
  lane.silentSince ??= at;
  for (const id of [...lane.begun.keys()]) lose(lane, id, at, 'its worker fell silent');
}

function endSilence(lane: OpenLane, at: Time): void {
  if (lane.silentSince !== undefined) lane.silences.push({ from: lane.silentSince, to: at });
  lane.silentSince = undefined;
}

const lose = (lane: OpenLane, id: string, to: Time, why: string): void =>
  conclude(lane, id, 'lost', to, why);

const outrun = (lane: OpenLane, id: string, to: Time): void =>
  conclude(lane, id, 'second', to, 'another result of it was first');

/** Of what has begun, and does not count. */
function conclude(
  lane: OpenLane,
  id: string,
  kind: 'lost' | 'second',
  to: Time,
  why: string,
): void {
  const begun = lane.begun.get(id);
  if (begun === undefined) return;
  lane.begun.delete(id);
  const { unit, at: from } = begun;
  lane.bars.push({
    kind,
    round: unit.round,
    from,
    to,
    what: `${nameOf(unit)}: ${why}`,
  });
}

/** `counted`: the units whose result counts. */
function close(worker: string, lane: OpenLane, at: Time, counted: ReadonlySet<string>): Lane {
  for (const id of [...lane.begun.keys()]) {
    if (counted.has(id)) outrun(lane, id, at);
    else lose(lane, id, at, 'no result came');
  }
  endSilence(lane, at);
  const { accepted, silences, marks } = lane;
  return { worker, accepted, silences, marks, bars: lane.bars.sort((a, b) => a.from - b.from) };
}
