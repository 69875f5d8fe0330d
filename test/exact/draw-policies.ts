// Draws policies and operator policies that every version of RabbitMQ takes.
import fc from 'fast-check';
import { vhost, type Entry } from './definitions.ts';
import { numberOf } from './draw-values.ts';

const counts = fc.constantFrom(0, 1000, 86_400_000).map(numberOf);

const limits = {
  'message-ttl': counts,
  'max-length': counts,
  'max-length-bytes': counts,
};

const where = (name: string) => ({
  vhost: fc.constant(vhost),
  name: fc.constant(name),
  pattern: fc.constantFrom('', '.*', '^orders', '^(a|ö)\\b', '[0-9]{1,3}$'),
  priority: fc.constantFrom(-1, 0, 7).map(numberOf),
});

const required = ['vhost', 'name', 'pattern', 'definition'] as const;

/** `exchanges`: what policies may send dead letters and unroutable messages on to. */
export function policy(name: string, exchanges: readonly string[]): fc.Arbitrary<Entry> {
  const to = fc.constantFrom(...exchanges);
  const queues = { ...limits, overflow: fc.constant('drop-head'), 'dead-letter-exchange': to };
  const forQueues = fc.record(
    {
      ...where(name),
      'apply-to': fc.constantFrom('queues', 'all'),
      definition: filled(queues),
    },
    { requiredKeys: [...required] },
  );
  const forExchanges = fc.record({
    ...where(name),
    'apply-to': fc.constant('exchanges'),
    definition: fc.record({ 'alternate-exchange': to }),
  });
  return fc.oneof<fc.Arbitrary<Entry>[]>(forQueues, forExchanges);
}

export const operatorPolicy = (name: string): fc.Arbitrary<Entry> =>
  fc.record(
    { ...where(name), 'apply-to': fc.constant('queues'), definition: filled(limits) },
    { requiredKeys: [...required] },
  );

const filled = (keys: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Entry> =>
  fc.record(keys, { requiredKeys: [] }).filter((table) => Object.keys(table).length > 0);
