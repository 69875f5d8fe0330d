// Checks the users whose permissions the files declare.
import { addressOfUser } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { renderIdentity } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { isKept, isOwned } from './owned.ts';

/** RabbitMQ gives permissions to its own users only, and takes them away with the user. */
export function usersExist(desired: Desired, live: Live): Problem[] {
  if (live.unread.has('user')) return [];
  return [...desired.objects.values()].flatMap(({ object, at }) => {
    if (!('user' in object) || desired.objects.has(addressOfUser(object.user))) return [];
    const fate = fateOf(object.user, desired, live);
    if (fate === undefined) return [];
    const message = `${renderIdentity(object)} is declared, and the user ${fate}`;
    const hint = `declare the user (users: [{ name: ${quote(object.user)} }]), or remove the permission`;
    return [{ code: 'no-such-user', message, hint, at }];
  });
}

/** What is wrong with a user that no file declares. */
function fateOf(name: string, desired: Desired, live: Live): string | undefined {
  const address = addressOfUser(name);
  const found = live.objects.get(address);
  if (found === undefined) return 'does not exist';
  const goes = isOwned(address, found, desired, live) && !isKept(found, desired);
  return goes && live.broker.user !== name ? 'would be deleted, as manage owns it' : undefined;
}
