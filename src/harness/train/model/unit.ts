// A unit of work of a run: what one task asks for. Its id is the task's id, and the same whoever gets it, however often.

export type UnitKind =
  /** Makes the first parameters from the seed; only where the job names none. */
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
  /** The shard's place in the job, from 0; 0 where it is no training. */
  readonly shard: number;
}

/** Parameters in the store: content-addressed, so that equal hashes are equal models. */
export interface Stored {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
}

export const initUnit = (run: string): Unit => ({
  ...{ id: `${run}.init`, kind: 'init', round: 0, shard: 0 },
});

export const trainUnit = (run: string, round: number, shard: number): Unit => ({
  ...{ id: `${run}.r${round}.s${shard}`, kind: 'train', round, shard },
});

export const evaluateUnit = (run: string, round: number): Unit => ({
  ...{ id: `${run}.r${round}.eval`, kind: 'evaluate', round, shard: 0 },
});
