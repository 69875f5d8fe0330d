// The checks that need the broker: made after the snapshot and before the first write, all at once.
import { addressOfNamed, endsOf, type Address } from '../topology/address.ts';
import type { Declared, Desired, Doubt } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import type { Binding } from '../topology/object.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { isProtected, isManaged } from '../topology/scope.ts';
import { canonical } from '../topology/value.ts';

type Check = (desired: Desired, live: Live) => Problem[];

/** A new check is one function and one entry here. */
const checks: readonly Check[] = [
  vhostsExist,
  exchangeTypesExist,
  bindingEndsExist,
  bindingEndsStay,
  argumentsAreKnown,
];

/** Throws InvalidInput with every problem; gives the doubts that the broker lifted. */
export function check(desired: Desired, live: Live): Problem[] {
  const problems = checks.flatMap((one) => one(desired, live));
  if (problems.length > 0) throw new InvalidInput(problems, desired.sources);
  return desired.doubts
    .filter((doubt) => isHeldLive(doubt, desired, live))
    .map((doubt) => doubt.problem);
}

function vhostsExist(desired: Desired, live: Live): Problem[] {
  return [...desired.vhosts]
    .filter(([vhost]) => !live.vhosts.has(vhost))
    .map(([vhost, at]) => ({
      code: 'no-such-vhost',
      message: `vhost "${vhost}" does not exist on the broker, or this user may not see it`,
      hint: `create it (rabbitmqctl add_vhost), grant the user a permission in it, or correct the name`,
      at,
    }));
}

function exchangeTypesExist(desired: Desired, live: Live): Problem[] {
  const known = live.broker.exchange_types;
  return [...desired.objects.values()].flatMap(({ object, at }) =>
    object.kind !== 'exchange' || known.has(object.type)
      ? []
      : {
          code: 'no-such-exchange-type',
          message: `exchange "${object.name}" has type "${object.type}", which the broker does not have`,
          hint: `the broker has ${[...known].sort().join(', ')}; a plugin may bring more`,
          at,
        },
  );
}

interface End {
  readonly address: Address;
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
}

function endsByName(binding: Binding): End[] {
  const { source, destination } = endsOf(binding);
  return [
    { address: source, kind: 'exchange', name: binding.source },
    { address: destination, kind: binding.destination_type, name: binding.destination },
  ];
}

function bindingsWithEnds(desired: Desired): { declared: Declared<Binding>; end: End }[] {
  return [...desired.objects.values()].flatMap(({ object, at }) =>
    object.kind === 'binding'
      ? endsByName(object).map((end) => ({ declared: { object, at }, end }))
      : [],
  );
}

function bindingEndsExist(desired: Desired, live: Live): Problem[] {
  return bindingsWithEnds(desired)
    .filter(({ declared }) => live.vhosts.has(declared.object.vhost))
    .filter(({ end }) => !desired.objects.has(end.address) && !live.objects.has(end.address))
    .map(({ declared, end }) => ({
      code: 'no-such-end',
      message: `binding ${arrow(declared.object)}: ${end.kind} "${end.name}" is neither declared nor on the broker`,
      hint: `declare the ${end.kind}, or correct the name${otherKind(declared.object, end, desired, live)}`,
      at: declared.at,
    }));
}

/** A destination of this name may be there, but of the other kind. */
function otherKind(binding: Binding, end: End, desired: Desired, live: Live): string {
  if (end.address !== endsOf(binding).destination) return '';
  const other = end.kind === 'queue' ? 'exchange' : 'queue';
  const address = addressOfNamed(other, binding.vhost, end.name);
  if (!desired.objects.has(address) && !live.objects.has(address)) return '';
  return `; there is ${articles[other]} ${other} of this name: destination_type: ${other}`;
}

const articles = { exchange: 'an', queue: 'a' };

function bindingEndsStay(desired: Desired, live: Live): Problem[] {
  return bindingsWithEnds(desired)
    .filter(({ end }) => goes(end, desired, live))
    .map(({ declared, end }) => ({
      code: 'end-goes',
      message: `binding ${arrow(declared.object)}: ${end.kind} "${end.name}" is managed but not declared, so it would be deleted`,
      hint: `declare the ${end.kind}, protect it, or take it out of manage`,
      at: declared.at,
    }));
}

function goes(end: End, desired: Desired, live: Live): boolean {
  const object = live.objects.get(end.address);
  if (object === undefined || object.kind === 'binding' || object.system) return false;
  if (desired.objects.has(end.address) || isProtected(desired.scopes, object)) return false;
  return isManaged(desired.scopes, object);
}

function argumentsAreKnown(desired: Desired, live: Live): Problem[] {
  return desired.doubts
    .filter((doubt) => !isHeldLive(doubt, desired, live))
    .map((doubt) => doubt.problem);
}

function isHeldLive({ address, argument }: Doubt, desired: Desired, live: Live): boolean {
  if (argument === null) return live.objects.has(address);
  const wanted = desired.objects.get(address)?.object.arguments.get(argument);
  const held = live.objects.get(address)?.arguments.get(argument);
  return wanted !== undefined && held !== undefined && canonical(wanted) === canonical(held);
}

const arrow = (binding: Binding): string => `${binding.source} → ${binding.destination}`;
