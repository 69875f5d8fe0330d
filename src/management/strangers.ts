// Refuses a replacement that would lose a binding made after the plan.
import { NotReplaced, Outdated } from '../reconcile/broker.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import type { Exchange, Queue } from '../topology/object.ts';
import { looksOf, readAttached, type Attached } from './attached.ts';
import type { Client } from './client.ts';
import { assertAsPlanned } from './look.ts';
import type { Replacement } from './replacement.ts';

interface Planned {
  readonly before: Exchange | Queue;
  readonly planned: PlannedBindings;
}

const hints = {
  made: 'run the same command again to plan with them',
  vanished: 'plan again: the bindings to it are gone, too',
  meanwhile:
    'have their owner check that all are there: one made during the replacement may be lost',
};

/** What is bound to it has changed since planning, so topo left it alone. */
class BoundOtherwise extends Outdated {
  constructor(object: Exchange | Queue, why: string, hint: string) {
    super(`${addressOf(object)} stays: ${why}`, { hint });
  }
}

/** Throws BoundOtherwise if a binding is not in the plan. */
export function assertAllPlanned({ before, planned }: Planned, attached: Attached): void {
  const strangers = countStrangers(planned, attached);
  if (strangers > 0) throw toMade(before, strangers);
}

/**
 * Looks as late as possible before the delete. Returns the bindings; throws BoundOtherwise if one
 * is not in the plan, and ChangedSince.
 */
export async function lookLast(client: Client, replacement: Replacement): Promise<Attached> {
  const { before, assertRecorded } = replacement;
  const [attached] = await Promise.all([
    readAttached(client, before),
    assertAsPlanned(client, before),
    assertRecorded(),
  ]);
  assertAllPlanned(replacement, attached);
  return attached;
}

/**
 * Somebody who binds during the replacement may have lost another binding, unless the broker
 * guarded it: it guards bindings from an exchange, not those to it. Throws NotReplaced.
 */
export async function assertNoneMeanwhile(
  client: Client,
  { before, planned }: Planned,
  isGuarded: boolean,
): Promise<void> {
  const attached = await readAttached(client, before);
  const bound = [...attached].filter(([, [one]]) => !isGuarded || one?.source !== before.name);
  const strangers = countStrangers(planned, new Map(bound));
  if (strangers === 0) return;
  const made = wereMade(strangers);
  throw new NotReplaced(
    `${addressOf(before)} was replaced, and meanwhile ${made}`,
    hints.meanwhile,
    new Map(),
  );
}

/** `strangers`: undefined if the broker only says that there are some. */
export function toMade(before: Exchange | Queue, strangers?: number): BoundOtherwise {
  const made = strangers === undefined ? 'bindings were made' : wereMade(strangers);
  return new BoundOtherwise(before, `${made} since the plan`, hints.made);
}

/** One of its bindings has lost its other end. */
export function toVanished(before: Exchange | Queue, { message }: Error): BoundOtherwise {
  return new BoundOtherwise(
    before,
    `one of its bindings has lost an end: ${message}`,
    hints.vanished,
  );
}

const wereMade = (count: number): string =>
  `${plural(count, 'binding')} ${count === 1 ? 'was' : 'were'} made`;

function countStrangers({ staying, deleted }: PlannedBindings, attached: Attached): number {
  const known = new Set([...staying, ...deleted].map(looksOf));
  return [...attached.keys()].filter((looks) => !known.has(looks)).length;
}
