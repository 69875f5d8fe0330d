// The first part of topo apply: puts back what an interrupted apply took away, even if the plan is
// refused.
import { assertExpected } from '../reconcile/drift.ts';
import { isOfCluster } from '../reconcile/health.ts';
import { isSettled } from '../reconcile/owed.ts';
import { putBack, type NotBack, type PutBackOptions } from '../reconcile/put-back.ts';
import type { PlanSource } from '../reconcile/source.ts';
import type { Plan } from '../reconcile/step.ts';
import { isAnythingOpen, settledOf, type Unfinished } from '../reconcile/unfinished.ts';
import { renderPlanText } from '../report/plan-text.ts';
import { renderPutBack } from '../report/unfinished.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import { agree } from './agree.ts';
import type { Settled } from './carry-out.ts';
import type { Session } from './connect.ts';
import {
  parseDrainTimeout,
  parseExpected,
  parseParallelism,
  type ApplyFlags,
} from './apply-flags.ts';
import { lock, tellUnlocked, unlock } from './lock.ts';
import { NotPutBack } from './not-put-back.ts';
import { aboutReading, withNotice } from './notice.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { forget } from './unfinished.ts';

/**
 * Reads until nothing is missing any more, and prints the plan. Not `agreed`: don't write. Throws
 * NotPutBack, and StalePlan if the plan is not the expected one.
 */
export async function readSettled(
  source: PlanSource,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<Settled> {
  let { plan, unfinished, health } = await read(source, session, flags, terminal);
  // Not even what is put back would be sure to stay.
  if (plan.refusals.some(isOfCluster))
    return { plan, unfinished, health, putBack: [], agreed: true };
  const { unfinished: found } = plan;
  if (isAnythingOpen(unfinished)) {
    if (!(await agree('Put back what was taken away?', session, flags, terminal)))
      return { plan, unfinished, health, putBack: [], agreed: false };
    const isAsked = flags.yes !== true;
    if (isAsked) {
      await lock(source, session, flags);
      // Another run may have put it back, or taken more.
      ({ plan, unfinished, health } = await source.read());
    }
    tellUnlocked(session, terminal);
    const [parallel, drainTimeout] = [parseParallelism(flags), parseDrainTimeout(flags)];
    const { locks } = session.broker;
    const guarded = { stop: locks.lost, beforeEach: () => locks.assertHeld() };
    let failed: readonly NotBack[] = [];
    // The broker may still be carrying out the delete that the other apply was cut off in.
    for (let attempt = 1; attempt <= attempts && isAnythingOpen(unfinished); attempt++) {
      const open = unfinished;
      failed = await session.letFinish(() =>
        withMoved(open, terminal, (onMoved) =>
          putBack(open, session.broker, { parallel, drainTimeout, ...guarded, onMoved }),
        ),
      );
      ({ plan, unfinished, health } = await source.read());
    }
    if (isAnythingOpen(unfinished)) throw notBack(failed);
    for (const kept of settledOf(unfinished)) await forget(kept, session.broker);
    unfinished = { ...unfinished, owed: unfinished.owed.filter((one) => !isSettled(one)) };
    // Not while a person thinks about the plan.
    if (isAsked) await unlock(session, terminal);
    if (flags.format === 'text') terminal.print(`${renderPutBack(found)}\n`);
    show(plan, flags, terminal);
    assertExpected(plan, parseExpected(flags));
  }
  const putBackFirst = found.flatMap(({ put_back, carried_over = [] }) => [
    ...put_back,
    ...carried_over.map(({ address }) => address),
  ]);
  return { plan, unfinished, health, putBack: putBackFirst, agreed: true };
}

type OnMoved = NonNullable<PutBackOptions['onMoved']>;

/** Shows how many messages have moved while queues are carried over. */
async function withMoved<T>(
  { owed }: Unfinished,
  terminal: Terminal,
  work: (onMoved: OnMoved) => Promise<T>,
): Promise<T> {
  const total = owed.reduce((sum, { carried }) => sum + carried.length, 0);
  if (total === 0) return work(() => undefined);
  const progress = startProgress(terminal, 'carried over', total);
  try {
    return await work((queue, messages) => {
      progress.begin(addressOf(queue), `${queue.name}: ${plural(messages, 'message')} moved`);
    });
  } finally {
    progress.end();
  }
}

const attempts = 3;

async function read(
  source: PlanSource,
  { connection }: Session,
  flags: ApplyFlags,
  terminal: Terminal,
) {
  const found = await withNotice(terminal, aboutReading(connection), () => source.read());
  const expected = parseExpected(flags);
  show(found.plan, flags, terminal, expected);
  assertExpected(found.plan, expected);
  return found;
}

/** For a person who must agree to it, or expects another. */
function show(plan: Plan, flags: ApplyFlags, terminal: Terminal, expected = plan.id): void {
  if (flags.format === 'text') terminal.print(renderPlanText(plan, terminal.paint));
  else if (flags.yes !== true || plan.id !== expected)
    terminal.complain(renderPlanText(plan, terminal.errorPaint));
}

function notBack(failed: readonly NotBack[]): NotPutBack {
  const reasons = failed.slice(0, 5).map(({ address, reason }) => `${address}: ${reason}`);
  const more = failed.length > 5 ? ' …' : '';
  const why = failed.length === 0 ? 'it went again' : `${reasons.join('; ')}${more}`;
  return new NotPutBack(`not everything could be put back: ${why}`, {
    hint: 'remove the cause, then run topo apply again: it is still on record',
  });
}
