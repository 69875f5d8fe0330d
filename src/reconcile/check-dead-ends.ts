// Exchanges that dead letters or unroutable messages are sent on to, and that nothing is bound to: RabbitMQ drops them there.
import { endsOf, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import type { TopologyObject } from '../topology/object.ts';
import { onwardOf } from '../topology/onward.ts';
import type { Position, Problem } from '../topology/problem.ts';
import { isOwned } from './diff.ts';

interface Lead {
  readonly object: Exclude<TopologyObject, { kind: 'binding' }>;
  readonly exchange: Address;
  readonly name: string;
  readonly at: Position;
}

const lost = { queue: 'dead letters', exchange: 'unroutable messages' };

/** One for each exchange, whatever leads to it. */
export function warnOfDeadEnds(desired: Desired, live: Live): Problem[] {
  const byExchange = new Map<Address, Lead[]>();
  for (const lead of leadsOf(desired)) {
    const isThere = desired.objects.has(lead.exchange) || live.objects.has(lead.exchange);
    if (!isThere) continue;
    const group = byExchange.get(lead.exchange);
    if (group) group.push(lead);
    else byExchange.set(lead.exchange, [lead]);
  }
  if (byExchange.size === 0) return [];
  const open = exchangesWithAWay(desired, live);
  return [...byExchange].flatMap(([exchange, leads]) =>
    open.has(exchange) ? [] : toProblem(leads, desired.objects.get(exchange)),
  );
}

function leadsOf(desired: Desired): Lead[] {
  return [...desired.objects.values()].flatMap(({ object, at }) => {
    const onward = onwardOf(object);
    if (object.kind === 'binding' || onward === undefined) return [];
    return [{ object, at, exchange: onward.exchange, name: onward.name }];
  });
}

/** Once all changes are made: those that a binding leads on from, or an alternate exchange. */
function exchangesWithAWay(desired: Desired, live: Live): Set<Address> {
  const staying = [...live.objects].filter(
    ([address, object]) =>
      !desired.objects.has(address) && !isOwned(address, object, desired, live),
  );
  const objects: Iterable<[Address, TopologyObject]> = [
    ...staying,
    ...[...desired.objects].map(
      ([address, { object }]) => [address, object] as [Address, TopologyObject],
    ),
  ];
  const open = new Set<Address>();
  for (const [address, object] of objects) {
    if (object.kind === 'binding') open.add(endsOf(object).source);
    else if (object.kind === 'exchange' && onwardOf(object)) open.add(address);
  }
  return open;
}

function toProblem([first, ...others]: readonly Lead[], declared: Declared | undefined): Problem[] {
  if (first === undefined) return [];
  const { object, name, at } = first;
  const more = others.length === 0 ? '' : ` and ${plural(others.length, 'other')}`;
  return [
    {
      code: 'dead-end',
      message: `nothing is bound to exchange "${name}", so the ${lost[object.kind]} of ${object.kind} "${object.name}"${more} are dropped`,
      hint: 'bind a queue to it',
      at: declared?.at ?? at,
    },
  ];
}
