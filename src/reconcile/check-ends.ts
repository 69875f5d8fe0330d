// Checks the ends of declared bindings: they exist, accept bindings, and stay. And checks that the
// targets of declared alternate and dead-letter exchanges stay.
import {
  addressOfNamed,
  endsOf,
  namedEndsOf,
  nameInAddress,
  type Address,
  type NamedEnd,
} from '../topology/address.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import { renderArrow } from '../topology/identity.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import { type Binding, isBinding, isBindingEnd, isQueue } from '../topology/object.ts';
import { addressOfWay, endKindOf } from '../topology/onward.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import type { Outlook } from './outlook.ts';
import type { Change } from './change.ts';
import { diff } from './diff.ts';
import { goes } from './ownership.ts';
import { inFull, leadOf } from './way-words.ts';

type CheckOfEnd = (
  binding: Binding,
  end: NamedEnd,
  desired: Desired,
  live: Live,
) => Omit<Problem, 'at'> | undefined;

/** To add a check of an end, write a function and list it here. */
const checks: readonly CheckOfEnd[] = [exists, isOpen, stays];

/** There may be a hundred thousand bindings: look up their ends only once. */
export function bindingEndsHold(desired: Desired, live: Live): Problem[] {
  const problems: Problem[] = [];
  for (const { object, at } of desired.objects.values()) {
    if (!isBinding(object)) continue;
    for (const end of namedEndsOf(object)) {
      for (const check of checks) {
        const problem = check(object, end, desired, live);
        if (problem) problems.push({ ...problem, at });
      }
    }
  }
  return problems;
}

function exists(binding: Binding, end: NamedEnd, desired: Desired, live: Live) {
  if (!live.vhosts.has(binding.vhost)) return undefined;
  if (desired.objects.has(end.address) || live.objects.has(end.address)) return undefined;
  return {
    code: 'no-such-end',
    message: `binding ${renderArrow(binding)}: ${end.kind} "${end.name}" is neither declared nor on ${live.broker.place}`,
    hint: `declare the ${end.kind}, or correct the name${otherKind(binding, end, desired, live)}`,
  };
}

/** Looks for a destination of the same name but the other kind. */
function otherKind(binding: Binding, end: NamedEnd, desired: Desired, live: Live): string {
  if (end.address !== endsOf(binding).destination) return '';
  const other = end.kind === 'queue' ? 'exchange' : 'queue';
  const address = addressOfNamed(other, binding.vhost, end.name);
  if (!desired.objects.has(address) && !live.objects.has(address)) return '';
  return `; there is ${articles[other]} ${other} of this name: destination_type: ${other}`;
}

const articles = { exchange: 'an', queue: 'a' };

/** RabbitMQ binds an exclusive queue only for the connection that owns it. */
function isOpen(binding: Binding, end: NamedEnd, _desired: Desired, live: Live) {
  const object = live.objects.get(end.address);
  if (!isQueue(object) || !object.system) return undefined;
  return {
    code: 'closed-end',
    message: `binding ${renderArrow(binding)}: queue "${end.name}" is exclusive, or belongs to RabbitMQ or a plugin`,
    hint: 'bind a queue of your own',
  };
}

function stays(binding: Binding, end: NamedEnd, desired: Desired, live: Live) {
  if (!goes(end.address, desired, live)) return undefined;
  const rename = desired.renames?.get(end.address);
  if (rename !== undefined) {
    return {
      code: 'end-goes',
      message: `binding ${renderArrow(binding)}: queue "${end.name}" is renamed to ${quote(nameInAddress(rename.to))}`,
      hint: 'bind it under its new name',
    };
  }
  return {
    code: 'end-goes',
    message: `binding ${renderArrow(binding)}: ${end.kind} "${end.name}" is managed but not declared, so it would be deleted`,
    hint: `declare the ${end.kind}, protect it, or take it out of manage; to let it go, remove the binding too`,
  };
}

/**
 * RabbitMQ accepts any name as a target, and drops the messages if nothing has it. Policies change
 * before exchanges and queues go.
 */
export function onwardEndsStay(desired: Desired, live: Live, outlook: Outlook): Problem[] {
  const declared = outlook.declaredUnder(changesOfPolicies(desired, live));
  return [...desired.objects].flatMap(([address, { at }]) => {
    const object = declared.objects.get(address);
    if (!isBindingEnd(object)) return [];
    return declared.ways.from(object).flatMap((way) => {
      const end = addressOfWay(way, object.vhost);
      if (end === undefined || !way.certain || !goes(end, desired, live)) return [];
      const what = endKindOf(way);
      const rename = desired.renames?.get(end);
      if (rename !== undefined)
        return {
          code: 'end-goes',
          message: `${inFull(object, way)}${leadOf(way)} is renamed to ${quote(nameInAddress(rename.to))}`,
          hint: 'name it by its new name here, too',
          at,
        };
      return {
        code: 'end-goes',
        message: `${inFull(object, way)}${leadOf(way)} is managed but not declared, so it would be deleted`,
        hint: `declare the ${what}, protect it, or take it out of manage`,
        at,
      };
    });
  });
}

function changesOfPolicies(desired: Desired, live: Live): readonly Change[] {
  const declared = new Map<Address, Declared>();
  for (const [address, one] of desired.objects)
    if (one.object.kind === 'policy') declared.set(address, one);
  const held = new Map<Address, LiveObject>();
  for (const [address, one] of live.objects) if (one.kind === 'policy') held.set(address, one);
  return diff({ ...desired, objects: declared }, { ...live, objects: held }).changes;
}
