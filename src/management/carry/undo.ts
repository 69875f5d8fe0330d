// Brings everything back to a queue that could not be replaced.
import { NotCarried } from '../../reconcile/broker.ts';
import { addressOf } from '../../topology/identity.ts';
import type { Binding } from '../../topology/object.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { looksOf } from '../attached.ts';
import { bringBack } from './back.ts';
import { lookAt } from '../look.ts';
import { bind, readBindings } from './flip.ts';
import type { Tally, Work } from './work.ts';

/** Returns the error that says why, once everything is as before. */
export async function undo(work: Work, tally: Tally, why: unknown): Promise<NotCarried> {
  const { before, parking, client } = work;
  tally.undone = toError(why);
  const parked = await readBindings(work, parking);
  // They are gone with the parking queue if someone has deleted that.
  const bindings = [...parked, ...tally.flipped.filter((one) => !parked.some(isLike(one)))];
  if ((await lookAt(client, parking)) === 'gone') await bind(work, bindings, before);
  else await bringBack(work, tally, { queue: before, bindings, others: [], isUrgent: true });
  const order = tally.parked > 0 ? '; the messages that were moved are behind the others' : '';
  const hint = why instanceof ExpectedError ? why.hint : undefined;
  return new NotCarried(`${addressOf(before)} is as before: ${tally.undone.message}${order}`, {
    hint: hint ?? 'remove the cause, then run topo apply again',
    cause: why,
  });
}

const toError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));

const isLike = (binding: Binding) => {
  const looks = looksOf(binding);
  return (other: Binding): boolean =>
    looksOf({ ...other, destination: binding.destination }) === looks;
};
