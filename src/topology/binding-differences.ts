// What RabbitMQ's versions do differently with bindings: that depends on the type of their source.
import { endsOf } from './address.ts';
import type { Around, Difference } from './differences.ts';
import { typesOf } from './kinds/exchange.ts';
import { isExchange, type Binding } from './object.ts';
import { predefinedExchanges } from './system.ts';

const heaviest = 10_000;
const mostWildcards = 2;

export const bindingDifferences: readonly Difference<Binding>[] = [
  {
    code: 'heavy-weight',
    effects: [
      { effect: 'refused', since: '4.2.6', until: '4.3', isRead: true },
      { effect: 'refused', since: '4.3' },
    ],
    find: (binding, around) =>
      Number(binding.routing_key) > heaviest && isFrom('x-consistent-hash', binding, around)
        ? { path: ['routing_key'], what: `a weight over ${heaviest}` }
        : undefined,
    hint: 'divide the weights of all bindings of the exchange by one number: only their ratio counts',
  },
  {
    code: 'topic-wildcards',
    effects: [{ effect: 'refused', since: '4.3.5' }],
    find: (binding, around) =>
      wildcardsIn(binding) > mostWildcards && isFrom('topic', binding, around)
        ? { path: ['routing_key'], what: `a routing key with more than ${mostWildcards} #` }
        : undefined,
    hint: 'write one # for several in a row, which match the same; or bind with several keys',
  },
];

const wildcardsIn = ({ routing_key: key }: Binding): number =>
  key.split('.').filter((word) => word === '#').length;

function isFrom(type: string, binding: Binding, { find }: Around): boolean {
  const source = find(endsOf(binding).source);
  if (isExchange(source)) return typesOf(source).includes(type);
  return predefinedExchanges.get(binding.source) === type;
}
