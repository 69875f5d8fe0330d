// Coordinators of a run, one after the other: each goes on where the last one was killed, until the
// run ends.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from './actor.ts';
import type { CoordinatorOptions, TrainBed } from './train-bed.ts';
import type { Had } from './verdict.ts';

export interface Attempts {
  readonly ending: { readonly kind: string; readonly reason?: string };
  /** What those that killed themselves had in their hands. */
  readonly had: readonly Had[];
  /** The steps that they died at. */
  readonly deaths: readonly string[];
}

/** A result that came as far as this is in the queue, or in the ledger. */
const having = new Set(['stored', 'recorded', 'acked']);
const mostAttempts = 60;

/** `next`: the options of each coordinator; `onStart` is told of it. */
export async function attempt(
  bed: TrainBed,
  run: string,
  next: () => CoordinatorOptions,
  onStart: (actor: Actor) => void = () => undefined,
): Promise<Attempts> {
  const had: Had[] = [];
  const deaths: string[] = [];
  for (let times = 0; times < mostAttempts; times++) {
    const actor = bed.coordinator(run, next());
    onStart(actor);
    const signal = await actor.ended;
    const ending = actor.lines.find((line) => line.ending)?.ending;
    if (ending && ['finished', 'failed'].includes(ending.kind)) return { ending, had, deaths };
    const { at, of = '' } = actor.lines.findLast((line) => line.at !== undefined) ?? {};
    if (signal === 'SIGKILL' && at !== undefined) {
      deaths.push(at);
      if (having.has(at)) had.push({ unit: of, at: Date.now() });
    }
    // Its predecessor's connection, or the broker, is not where it must be yet.
    if (signal !== 'SIGKILL') await sleep(200);
  }
  throw new Error(`run ${run} does not come to its end`);
}
