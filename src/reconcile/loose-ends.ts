// Warns of dead letters and unroutable messages that would be dropped, because their target doesn't
// exist or leads nowhere.
import type { Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { addressOf } from '../topology/identity.ts';
import { type Exchange, isBindingEnd, type Queue } from '../topology/object.ts';
import { addressOfWay, endKindOf, type Way } from '../topology/onward.ts';
import type { Problem } from '../topology/problem.ts';
import { Reach } from '../topology/reach.ts';
import type { Change } from './change.ts';
import type { Outlook, World } from './outlook.ts';
import { inFull, leadOf } from './way-words.ts';

interface LooseEnd {
  readonly sender: Address;
  readonly message: string;
  readonly hint: string;
}

/**
 * Reports every loose end of declared objects, and those of other objects that the plan itself
 * causes.
 */
export function warnOfLooseEnds(
  desired: Desired,
  changes: readonly Change[],
  outlook: Outlook,
): Problem[] {
  const isKnown = (end: Address): boolean =>
    desired.objects.has(end) || outlook.now.objects.has(end);
  const loose = looseEndsIn(outlook.afterWithDeclared(changes), isKnown);
  const others = loose.filter(({ sender }) => !desired.objects.has(sender));
  const before = others.length === 0 ? [] : looseEndsIn(outlook.now, isKnown);
  const old = new Set(before.map(({ message }) => message));
  return loose.flatMap(({ sender, message, hint }) => {
    const at = desired.objects.get(sender)?.at;
    if (at === undefined && old.has(message)) return [];
    return { code: 'loose-end', message, hint, ...(at && { at }) };
  });
}

/** `isKnown`: unknown ends get words of their own; the plan refuses to delete known ones. */
function looseEndsIn(world: World, isKnown: (end: Address) => boolean): LooseEnd[] {
  const reach = new Reach(world.objects, world.ways);
  const loose: LooseEnd[] = [];
  for (const object of world.objects.values()) {
    if (!isBindingEnd(object)) continue;
    for (const way of world.ways.from(object)) {
      const found = way.certain && describe(object, way, world, reach, isKnown);
      if (!found) continue;
      const drop = `so ${found.some ?? ''}${dropped[object.kind]} are dropped`;
      const message = `${inFull(object, way)}${found.what}, ${drop}`;
      loose.push({ sender: addressOf(object), message, hint: found.hint });
    }
  }
  return loose;
}

const dropped = { queue: 'dead letters', exchange: 'unroutable messages' };

interface Description {
  readonly what: string;
  readonly hint: string;
  /** Qualifies the messages, if not all are dropped. */
  readonly some?: string;
}

function describe(
  object: Exchange | Queue,
  way: Way,
  { objects }: World,
  reach: Reach,
  isKnown: (end: Address) => boolean,
): Description | undefined {
  if (way.kind === 'nowhere') {
    const what = ' is the default exchange, which takes no messages from another';
    return { what, hint: 'name an exchange that leads to a queue' };
  }
  const end = addressOfWay(way, object.vhost);
  if (end === undefined) return undefined;
  if (!objects.has(end)) {
    if (isKnown(end)) return undefined;
    const kind = endKindOf(way);
    return {
      what: `${leadOf(way)} is neither declared nor on the broker`,
      hint: `declare the ${kind}, or correct the name`,
    };
  }
  if (way.kind !== 'exchange') return undefined;
  if (reach.isDropped(end, undefined)) {
    return { what: ' leads to no queue', hint: 'bind a queue to it' };
  }
  const key = way.routing_keys?.find((each) => reach.isDropped(end, each));
  if (key === undefined) return undefined;
  return {
    what: ` has no route for the routing key "${key}"`,
    hint: 'bind a queue to it with this key',
    ...(way.routing_keys?.length !== 1 && { some: 'such ' }),
  };
}
