// Declares again what was deleted, and reports what is there afterwards and what could not be put
// back.
import { setTimeout as sleep } from 'node:timers/promises';
import { NotReplaced } from '../reconcile/broker.ts';
import { endOfDelete } from '../reconcile/cut-deletes.ts';
import type { Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import { type Binding, type Exchange, type Queue, isQueue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { BrokerError, isRefusal } from './broker-error.ts';
import type { Client } from './client.ts';
import { lookAt } from './look.ts';
import { putBinding, putObject } from './put.ts';

interface Rebuilding {
  readonly before: Exchange | Queue;
  readonly after: Exchange | Queue;
  readonly bindings: readonly Binding[];
}

/** Milliseconds between declarations: 30 s in all. */
const pauses: readonly number[] = [100, 200, 400, 800, ...Array<number>(14).fill(2_000)];

const ignored = (exchange: Pick<Exchange, 'vhost' | 'name'>): string =>
  `RabbitMQ accepts its declaration and ignores it, as it does while it still deletes an exchange with that name, and for good if that delete was cut off: ${endOfDelete(exchange)}`;

/**
 * `other`: somebody declared it differently meanwhile. `unknown`: no answer proves anything. `why`:
 * why it is not the new object.
 */
type Found =
  | { readonly stands: 'after' }
  | { readonly stands: 'before' | 'other' | 'gone' | 'unknown'; readonly why: Error };

/**
 * Runs after `before` was deleted, or perhaps was: `doubt` says why that is unclear. `client` is
 * firm. Throws NotReplaced unless all is as planned.
 */
export async function rebuild(
  client: Client,
  rebuilding: Rebuilding,
  doubt?: Error,
): Promise<void> {
  const { before, after, bindings } = rebuilding;
  const refusal = await putOnceThereIsRoom(client, after);
  const found: Found =
    refusal === undefined ? { stands: 'after' } : await fallBack(client, before, refusal);
  if (found.stands === 'gone') throw toGone(rebuilding, found.why);
  const stands = found.stands === 'before' ? before : after;
  const missing = await bindUntilThere(client, stands, bindings);
  if (missing === 'gone') throw toGone(rebuilding, new Error(ignored(stands)));
  if (refusal === undefined && missing.size === 0) return;
  throw toIncomplete(describe(found, after, doubt), bindings, missing, refusal);
}

/** In a full vhost, what is declared for a moment may take the place that the old one has left. */
async function putOnceThereIsRoom(
  client: Client,
  after: Exchange | Queue,
): Promise<Error | undefined> {
  for (const pause of pauses.slice(0, 6)) {
    const refusal = await errorOf(putObject(client, after));
    if (refusal?.message.includes('queue limit in vhost') !== true) return refusal;
    await sleep(pause);
  }
  return errorOf(putObject(client, after));
}

/** Binds at once; returns why bindings failed, by address. */
export async function putBack(
  client: Client,
  bindings: readonly Binding[],
): Promise<ReadonlyMap<Address, string>> {
  const missing = new Map<Address, string>();
  const putOne = async (binding: Binding) => {
    const error = await errorOf(putBinding(client, binding));
    if (error !== undefined) missing.set(addressOf(binding), error.message);
  };
  await Promise.all(bindings.map(putOne));
  return missing;
}

/**
 * RabbitMQ takes seconds to delete an exchange with many bindings; until then it answers a
 * declaration with success and ignores it. A binding that is back proves that the exchange exists.
 */
async function bindUntilThere(
  client: Client,
  object: Exchange | Queue,
  bindings: readonly Binding[],
): Promise<ReadonlyMap<Address, string> | 'gone'> {
  for (const pause of pauses) {
    const missing = await putBack(client, bindings);
    if (isQueue(object) || missing.size < bindings.length) return missing;
    if ((await lookAt(client, object)) !== 'gone') return missing;
    await sleep(pause);
    await errorOf(putObject(client, object));
  }
  return 'gone';
}

/** Puts the old object back if there is none, after a look at what may be there. */
async function fallBack(client: Client, before: Exchange | Queue, why: Error): Promise<Found> {
  // Don't retry against a broker that didn't answer.
  if (isSilence(why)) return { stands: 'gone', why };
  const seen = await lookAt(client, before).catch(() => 'unknown' as const);
  if (seen === 'as declared') return { stands: 'before', why };
  if (seen === 'otherwise') return { stands: 'other', why };
  if (seen === 'unknown' && !isRefusal(why)) return { stands: 'unknown', why };
  const again = await errorOf(putObject(client, before));
  if (again === undefined) return { stands: 'before', why };
  return { stands: seen, why: again };
}

/** Catches any error: the rest must be done all the same. */
async function errorOf(write: Promise<void>): Promise<Error | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const isSilence = (error: Error): boolean =>
  error instanceof BrokerError && error.status === undefined;

const hints = {
  again: 'remove the cause, then run topo apply again',
  lost: 'remove the cause, then run topo apply again: it puts them back first',
};

function toGone({ before, bindings }: Rebuilding, { message: why }: Error): NotReplaced {
  const loss = `${addressOf(before)} seems to be gone, and ${plural(bindings.length, 'binding')} with it`;
  const lost = new Map(bindings.map((binding) => [addressOf(binding), why]));
  return new NotReplaced(`${loss}: ${why}`, hints.lost, lost);
}

function describe(found: Found, after: Exchange | Queue, doubt: Error | undefined): string {
  const address = addressOf(after);
  if (found.stands === 'after') return `${address} was replaced`;
  const { message } = found.why;
  switch (found.stands) {
    case 'before': {
      const why = doubt?.message ?? `the new one was refused: ${message}`;
      return `${address} is as it was before, because ${why}`;
    }
    case 'other':
      return `${address} is neither as before nor as planned, because somebody declared it meanwhile: ${message}`;
    default:
      return `the state of ${address} is unclear: ${message}`;
  }
}

export function toIncomplete(
  what: string,
  bindings: readonly Binding[],
  missing: ReadonlyMap<Address, string>,
  cause?: Error,
): NotReplaced {
  const back = `${bindings.length - missing.size} of ${bindings.length} bindings are back`;
  const own = cause instanceof ExpectedError ? cause.hint : undefined;
  const hint = missing.size > 0 ? hints.lost : (own ?? hints.again);
  return new NotReplaced(`${what}; ${back}`, hint, missing);
}
