// Finds where a run stands from its ledger, and which results of the open round are there already.
import type { Accepted, Closed, LedgerRecord } from '../model/records.ts';
import { standing } from './standing.ts';
import type { Stored, Unit } from '../model/unit.ts';

/** Where a run begins: at its first round, or where an earlier coordinator left it. */
export interface Resumed {
  /** Whether a coordinator was there before, whose tasks may be under way. */
  readonly isAgain: boolean;
  /** What the open round begins with; undefined while the init unit is not done. */
  readonly parameters: Stored | undefined;
  readonly closed: readonly Closed[];
  /** Of the open round: the first result of each shard, in the order they came. */
  readonly accepted: readonly Accepted[];
  /** Of what is not done: a unit for each of its results that was not valid. */
  readonly rejected: readonly Unit[];
  /** The rounds whose evaluation is done. */
  readonly evaluated: ReadonlySet<number>;
  /** A run that failed and is resumed goes on; one that is finished does not. */
  readonly ended:
    | { readonly kind: 'finished'; readonly why: 'rounds' | 'target' }
    | { readonly kind: 'failed'; readonly reason: string }
    | undefined;
  /** How often the run went back to an earlier round. */
  readonly went_back: number;
}

/** `ledger`: the whole of it, with what this coordinator wrote when it began, or resumed. */
export function resumeFrom(ledger: readonly LedgerRecord[]): Resumed {
  const records = standing(ledger);
  const closed = firstOfEach(ofKind(records, 'closed'), ({ round }) => round);
  const accepted = firstOfEach(ofKind(records, 'accepted'), ({ unit }) => unit.id);
  const done = new Set(accepted.map(({ unit }) => unit.id));
  return {
    isAgain: records.some(({ kind }) => kind !== 'began' && kind !== 'initial'),
    parameters: closed.at(-1)?.parameters ?? firstParameters(records),
    closed,
    accepted: accepted.filter(({ unit }) => unit.kind === 'train' && unit.round === closed.length),
    rejected: ofKind(records, 'rejected')
      .map(({ unit }) => unit)
      .filter(
        ({ id, kind, round }) => !done.has(id) && (kind !== 'train' || round === closed.length),
      ),
    evaluated: new Set(
      accepted.filter(({ unit }) => unit.kind === 'evaluate').map(({ unit }) => unit.round),
    ),
    ended: endOf(records),
    went_back: ofKind(records, 'went_back').length,
  };
}

type RecordOf<Kind extends LedgerRecord['kind']> = Extract<LedgerRecord, { kind: Kind }>;

const ofKind = <Kind extends LedgerRecord['kind']>(
  records: readonly LedgerRecord[],
  kind: Kind,
): RecordOf<Kind>[] => records.filter((record): record is RecordOf<Kind> => record.kind === kind);

/** The first of two counts. */
function firstOfEach<T>(all: readonly T[], keyOf: (one: T) => string | number): T[] {
  const firsts = new Map<string | number, T>();
  for (const one of all) if (!firsts.has(keyOf(one))) firsts.set(keyOf(one), one);
  return [...firsts.values()];
}

/** What the first round began with; undefined while the init unit is not done. */
export function firstParameters(records: readonly LedgerRecord[]): Stored | undefined {
  for (const record of records) {
    if (record.kind === 'initial') return record.parameters;
    if (record.kind === 'accepted' && record.unit.kind === 'init') return record.parameters;
  }
  return undefined;
}

function endOf(records: readonly LedgerRecord[]): Resumed['ended'] {
  const [finished] = ofKind(records, 'finished');
  if (finished) return { kind: 'finished', why: finished.why };
  const last = records.findLast(({ kind }) => kind === 'failed' || kind === 'resumed');
  return last?.kind === 'failed' ? { kind: 'failed', reason: last.reason } : undefined;
}
