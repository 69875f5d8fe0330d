// A unit of work of a run, done by one task. Its id is the task's id, whichever worker gets it and
// however often.

import { isRunId } from './run-id.ts';
export type UnitKind =
  /** Makes the first parameters from the seed; only if the job names none. */
  | 'init'
  /** Trains on one shard for one round. */
  | 'train'
  /** Measures the parameters that a round ended with. */
  | 'evaluate';

export interface Unit {
  /** RUN.init, RUN.r3.s17 or RUN.r3.eval. */
  readonly id: string;
  readonly kind: UnitKind;
  /** From 0. */
  readonly round: number;
  /** The shard's place in the job, from 0; 0 if it is no training. */
  readonly shard: number;
}

/** Parameters in the store: content-addressed, so that equal hashes are equal models. */
export interface Stored {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

export const initUnit = (run: string): Unit => ({
  id: `${run}.init`,
  kind: 'init',
  round: 0,
  shard: 0,
});

export const trainUnit = (run: string, round: number, shard: number): Unit => ({
  id: `${run}.r${round}.s${shard}`,
  kind: 'train',
  round,
  shard,
});

export const evaluateUnit = (run: string, round: number): Unit => ({
  id: `${run}.r${round}.eval`,
  kind: 'evaluate',
  round,
  shard: 0,
});

/**
 * Whether an id is that of some unit of the run, however many rounds and shards that has. What
 * can't be a run's id has no units.
 */
export const isUnitOf = (run: string, id: string): boolean =>
  isRunId(run) && unitOf(id, { run, rounds: Infinity, shards: Infinity }) !== undefined;

/** The unit of this id; undefined if the run has none such. */
export function unitOf(
  id: string,
  { run, rounds, shards }: { run: string; rounds: number; shards: number },
): Unit | undefined {
  if (id === `${run}.init`) return initUnit(run);
  if (!id.startsWith(`${run}.r`)) return undefined;
  const [, round, shard] = /^(\d+)\.(?:s(\d+)|eval)$/.exec(id.slice(run.length + 2)) ?? [];
  if (round === undefined || Number(round) >= rounds || Number(shard ?? 0) >= shards)
    return undefined;
  const unit =
    shard === undefined
      ? evaluateUnit(run, Number(round))
      : trainUnit(run, Number(round), Number(shard));
  // Such as r01.
  return unit.id === id ? unit : undefined;
}
