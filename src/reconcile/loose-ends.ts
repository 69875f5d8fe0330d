// Warnings of exchanges that messages are to go to, and that are nowhere: RabbitMQ takes the name, and drops the messages.
import { addressOfNamed } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import type { Problem } from '../topology/problem.ts';

const losses: ReadonlyMap<string, string> = new Map([
  ['x-dead-letter-exchange', 'dead letters'],
  ['alternate-exchange', 'unroutable messages'],
]);

export function warnOfLooseEnds(desired: Desired, live: Live): Problem[] {
  return [...desired.objects.values()].flatMap(({ object, at }) =>
    [...losses].flatMap(([argument, lost]) => {
      const name = object.arguments.get(argument);
      if (object.kind === 'binding' || typeof name !== 'string' || name === '') return [];
      const exchange = addressOfNamed('exchange', object.vhost, name);
      if (desired.objects.has(exchange) || live.objects.has(exchange)) return [];
      return {
        code: 'loose-end',
        message: `${object.kind} "${object.name}": its ${argument} "${name}" is neither declared nor on the broker, so ${lost} are dropped`,
        hint: 'declare the exchange, or correct the name',
        at,
      };
    }),
  );
}
