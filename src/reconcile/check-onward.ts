// Whether the exchanges that declared exchanges and queues send messages on to are there, and stay: RabbitMQ takes any
// name, and drops the messages.
import type { Declared, Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import type { Exchange, Queue } from '../topology/object.ts';
import { onwardOf, type Onward } from '../topology/onward.ts';
import type { Problem } from '../topology/problem.ts';
import { goes } from './ownership.ts';

interface Lead {
  readonly declared: Declared<Exchange | Queue>;
  readonly onward: Onward;
}

function leadsOf(desired: Desired): Lead[] {
  return [...desired.objects.values()].flatMap(({ object, at }) => {
    const onward = onwardOf(object);
    if (object.kind === 'binding' || onward === undefined) return [];
    return [{ declared: { object, at }, onward }];
  });
}

export function onwardExchangesStay(desired: Desired, live: Live): Problem[] {
  return leadsOf(desired)
    .filter(({ onward }) => goes(onward.exchange, desired, live))
    .map((lead) => ({
      code: 'end-goes',
      message: `${named(lead)} is managed but not declared, so it would be deleted`,
      hint: 'declare the exchange, protect it, or take it out of manage; if it is to go, remove the argument, too',
      at: lead.declared.at,
    }));
}

export function warnOfLooseEnds(desired: Desired, live: Live): Problem[] {
  return leadsOf(desired)
    .filter(
      ({ onward: { exchange } }) => !desired.objects.has(exchange) && !live.objects.has(exchange),
    )
    .map((lead) => ({
      code: 'loose-end',
      message: `${named(lead)} is neither declared nor on the broker, so ${lost[lead.declared.object.kind]} are dropped`,
      hint: 'declare the exchange, or correct the name',
      at: lead.declared.at,
    }));
}

const lost = { queue: 'dead letters', exchange: 'unroutable messages' };

const named = ({ declared: { object }, onward }: Lead): string =>
  `${object.kind} "${object.name}": its ${onward.argument} "${onward.name}"`;
