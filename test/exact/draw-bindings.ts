// Draws bindings from predefined and own exchanges, to queues and exchanges.
import fc from 'fast-check';
import { toText, vhost, type Entry } from './definitions.ts';
import { names } from './draw-names.ts';
import { numbers, texts, values } from './draw-values.ts';

const predefined = ['amq.direct', 'amq.topic', 'amq.headers', 'amq.fanout'].map((name) => ({
  name,
  type: name.slice('amq.'.length),
}));

export function bindings(exchanges: readonly Entry[], queues: readonly Entry[]) {
  const ends = [
    ...exchanges.map(({ name }) => ({ destination: name, destination_type: 'exchange' })),
    ...queues.map(({ name }) => ({ destination: name, destination_type: 'queue' })),
    ...queues.map(({ name }) => ({ destination: name })),
  ];
  if (ends.length === 0) return fc.constant<Entry[]>([]);
  const one = fc
    .constantFrom(...ends)
    .chain((end) => {
      const sources = [...predefined, ...exchangesBefore(end, exchanges)];
      return fc.constantFrom<Entry>(...sources).chain((source) => binding(source, end));
    })
    .filter(isListable);
  const selector = ({ destination_type = 'queue', routing_key = '', ...entry }: Entry) => {
    const { source, destination, arguments: table = {} } = entry;
    const sorted = Object.entries(table as object).sort(([a], [b]) => (a < b ? -1 : 1));
    return toText([source, destination, destination_type, routing_key, sorted]);
  };
  return fc.uniqueArray(one, { maxLength: 5, selector });
}

/** topo refuses to replace auto_delete exchanges that are bound in a circle. */
function exchangesBefore(end: Entry, exchanges: readonly Entry[]): readonly Entry[] {
  if (end['destination_type'] !== 'exchange') return exchanges;
  return exchanges.slice(
    0,
    exchanges.findIndex(({ name }) => name === end['destination']),
  );
}

function binding({ name, type }: Entry, end: Entry): fc.Arbitrary<Entry> {
  const isRing = type === 'x-consistent-hash';
  return fc
    .record(
      {
        source: fc.constant(name),
        vhost: fc.constant(vhost),
        routing_key: isRing ? fc.constantFrom('1', '2', '10') : fc.oneof(texts, names),
        arguments: fc.record(
          { 'x-match': fc.constantFrom('all', 'any'), size: values, n: numbers },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: isRing ? ['source', 'vhost', 'routing_key'] : ['source', 'vhost'] },
    )
    .map((entry): Entry => ({ ...entry, ...end }));
}

/** RabbitMQ can't list a binding that has arguments and a ~ in its key. */
const isListable = ({ routing_key, arguments: table = {} }: Entry): boolean =>
  !String(routing_key).includes('~') || Object.keys(table as object).length === 0;
