// Takes a queue's messages and bindings away to the parking queue, and replaces it.
import { Conveyor } from './conveyor.ts';
import { drainAndReplace, mayMove } from './drain.ts';
import { flip } from './flip.ts';
import { lookInto, untilFewAreLeft } from './pace.ts';
import { assertBindingsAsPlanned } from './rehearse.ts';
import type { Tally, Work } from './work.ts';

export async function parkAndReplace(work: Work, tally: Tally): Promise<void> {
  const { before, parking, sources, returns } = work;
  const conveyor = new Conveyor(work, tally, before, parking);
  try {
    const { consumers } = await lookInto(sources.amqp, before);
    if (mayMove(work, consumers)) await conveyor.start();
    if (mayMove(work, consumers)) await untilFewAreLeft(work, conveyor);
    await work.assertRecorded();
    const attached = await assertBindingsAsPlanned(work);
    const bindings = [...attached.values()].flat();
    returns.take(bindings);
    tally.flipped = bindings;
    const took = await flip(work, bindings, before, parking);
    tally.flipMilliseconds = Math.max(tally.flipMilliseconds, took);
    tally.late = await drainAndReplace(work, conveyor);
  } finally {
    await conveyor.close();
  }
}
