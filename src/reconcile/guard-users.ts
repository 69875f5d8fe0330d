// Guards the users: topo never takes its own rights away unasked, nor the last administrator.
import { addressOfVhost } from '../topology/address.ts';
import type { Grantee } from '../topology/grant.ts';
import type { Desired } from '../topology/desired.ts';
import { renderIdentity } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import type { TopologyObject, User } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import type { Consents } from './consents.ts';
import type { Refusal } from './plan.generated.ts';
import { isKept, isOwned } from './owned.ts';
import { objectOf, type Step } from './step.ts';

/** Whether an object is the user that topo runs as, or what that user may do. */
export function isOwn(object: TopologyObject, self: Grantee | undefined): boolean {
  if (typeof self !== 'string') return false;
  return 'user' in object ? object.user === self : object.kind === 'user' && object.name === self;
}

/** Whether a step takes something away from topo's own user, or may. */
export const changesOwn = (step: Step, self: Grantee | undefined): boolean =>
  step.kind !== 'create' && isOwn(objectOf(step), self);

export function guardUsers(
  steps: readonly Step[],
  { objects, broker: { user: self } }: Live,
  consents: Consents,
): Refusal[] {
  const live = [...objects.values()].filter((object) => object.kind === 'user');
  const own = steps.filter((step) => changesOwn(step, self) && !goesWithVhost(step, steps));
  return [...own.flatMap((step) => guardOwn(step, consents)), ...guardAdministrators(steps, live)];
}

/** Tells what stays although the files own it and don't declare it. */
export function warnOfOwn(desired: Desired, live: Live): Problem[] {
  return [...live.objects].flatMap(([address, object]) => {
    if (!isOwn(object, live.broker.user) || desired.objects.has(address)) return [];
    if (desired.destroyed?.has(address)) return [];
    if (!isOwned(address, object, desired, live) || isKept(object, desired)) return [];
    const message = `${renderIdentity(object)} is not declared, and stays: topo runs as this user`;
    return [{ code: 'own-user', message, hint: 'declare it, or narrow the pattern under manage' }];
  });
}

/** A permission in a vhost that goes is of no use. */
function goesWithVhost(step: Step, steps: readonly Step[]): boolean {
  const { vhost } = objectOf(step);
  if (step.kind !== 'delete' || vhost === null) return false;
  const address = addressOfVhost(vhost);
  return steps.some((other) => other.kind === 'delete' && other.address === address);
}

function guardOwn({ address, kind }: Step, consents: Consents): Refusal[] {
  if (kind === 'delete') {
    const hint = 'apply it as another administrator';
    return [{ code: 'own-user', address, reason: 'topo runs as this user', hint }];
  }
  if (consents.self) return [];
  const hint = 'check that topo can go on with it, then topo apply --allow-self; it is done last';
  return [{ code: 'own-user', address, reason: 'topo runs as this user', hint }];
}

interface Role {
  readonly holds: (user: User) => boolean;
  readonly reason: string;
  readonly hint: string;
}

const administrator: Role = {
  holds: ({ tags }) => tags.includes('administrator'),
  reason: 'no administrator would be left',
  hint: 'declare another user with the tag administrator',
};

/** One without a password may log in by a certificate, or not at all. */
const withPassword: Role = {
  holds: (user) => administrator.holds(user) && user.password?.kind !== 'none',
  reason: 'no administrator with a password would be left',
  hint: 'give another administrator a password',
};

/** Without an administrator, users can no longer be managed over HTTP. */
function guardAdministrators(steps: readonly Step[], live: readonly User[]): Refusal[] {
  const [none = []] = [administrator, withPassword]
    .map((role) => guardRole(role, steps, live))
    .filter((refusals) => refusals.length > 0);
  return none;
}

function guardRole(
  { holds, reason, hint }: Role,
  steps: readonly Step[],
  live: readonly User[],
): Refusal[] {
  const before = new Set(live.filter(holds).map(({ name }) => name));
  const after = new Set(before);
  const losing = steps.filter((step) => {
    const object = objectOf(step);
    if (object.kind !== 'user') return false;
    const stays = step.kind !== 'delete' && holds(object);
    if (stays) after.add(object.name);
    else after.delete(object.name);
    return !stays && before.has(object.name);
  });
  if (after.size > 0) return [];
  return losing.map(({ address }) => ({ code: 'last-administrator', address, reason, hint }));
}
