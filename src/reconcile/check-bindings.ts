// Whether the ends of declared bindings are there, are open to bindings, and stay.
import { addressOfNamed, endsOf, type Address } from '../topology/address.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import type { Binding } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { goes } from './ownership.ts';

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

export function bindingEndsExist(desired: Desired, live: Live): Problem[] {
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

/** RabbitMQ binds an exclusive queue only for the connection that has it. */
export function bindingEndsAreOpen(desired: Desired, live: Live): Problem[] {
  return bindingsWithEnds(desired)
    .filter(({ end }) => isSystemQueue(end.address, live))
    .map(({ declared, end }) => ({
      code: 'closed-end',
      message: `binding ${arrow(declared.object)}: queue "${end.name}" belongs to the broker, a plugin or a single connection`,
      hint: 'bind a queue of your own',
      at: declared.at,
    }));
}

function isSystemQueue(address: Address, live: Live): boolean {
  const object = live.objects.get(address);
  return object?.kind === 'queue' && object.system;
}

export function bindingEndsStay(desired: Desired, live: Live): Problem[] {
  return bindingsWithEnds(desired)
    .filter(({ end }) => goes(end.address, desired, live))
    .map(({ declared, end }) => ({
      code: 'end-goes',
      message: `binding ${arrow(declared.object)}: ${end.kind} "${end.name}" is managed but not declared, so it would be deleted`,
      hint: `declare the ${end.kind}, protect it, or take it out of manage`,
      at: declared.at,
    }));
}

const arrow = (binding: Binding): string => `${binding.source} → ${binding.destination}`;
