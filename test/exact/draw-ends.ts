// Draws exchanges and queues of every type, with the arguments that each takes.
import fc from 'fast-check';
import { vhost, type Entry, type QueueType } from './definitions.ts';
import { counts, numberOf, values } from './draw-values.ts';

const exchangeTypes = {
  direct: {},
  fanout: {},
  topic: {},
  headers: {},
  'x-consistent-hash': { 'hash-header': fc.constantFrom('tenant', 'größe') },
  'x-modulus-hash': {},
  'x-random': {},
  'x-recent-history': { 'x-recent-history-length': counts },
};

const free = { comment: values, größe: values, '5': values };

/** `others`: the exchanges that it may send unroutable messages on to. */
export function exchange(name: string, others: readonly string[]): fc.Arbitrary<Entry> {
  const alternate = { 'alternate-exchange': fc.constantFrom(...others) };
  return fc.constantFrom(...Object.entries(exchangeTypes)).chain(([type, own]) =>
    fc.record(
      {
        name: fc.constant(name),
        vhost: fc.constant(vhost),
        type: fc.constant(type),
        durable: fc.boolean(),
        auto_delete: fc.boolean(),
        internal: fc.boolean(),
        arguments: fc.record({ ...alternate, ...own, ...free }, { requiredKeys: [] }),
      },
      { requiredKeys: ['name', 'vhost', 'type'] },
    ),
  );
}

const messages = (others: readonly string[]) => ({
  'x-message-ttl': counts,
  'x-expires': fc.constant(numberOf(3_600_000)),
  'x-max-length': counts,
  'x-max-length-bytes': counts,
  'x-overflow': fc.constantFrom('drop-head', 'reject-publish'),
  'x-dead-letter-exchange': fc.constantFrom(...others),
  'x-single-active-consumer': fc.boolean(),
});

const priorities = { 'x-max-priority': fc.constant(numberOf(5)) };
const lazy = { 'x-queue-mode': fc.constant('lazy') };

const argumentsOf = {
  classic: (others: readonly string[]) => ({ ...messages(others), ...priorities, ...lazy }),
  quorum: (others: readonly string[]) => ({ ...messages(others), 'x-delivery-limit': counts }),
  stream: () => ({ 'x-max-age': fc.constantFrom('7D', '1h'), 'x-max-length-bytes': counts }),
};

/**
 * `others`: the exchanges that it may dead-letter to. `type`: that of queues that name none.
 * Replicated queues are few: each takes the broker a while.
 */
export const queue = (
  name: string,
  others: readonly string[],
  type: QueueType,
): fc.Arbitrary<Entry> =>
  fc.oneof(
    { weight: 4, arbitrary: untyped(name, others, type) },
    { weight: 4, arbitrary: typed(name, others, 'classic') },
    { weight: 1, arbitrary: typed(name, others, 'quorum') },
    { weight: 1, arbitrary: typed(name, others, 'stream') },
  );

const typed = (
  name: string,
  others: readonly string[],
  type: keyof typeof argumentsOf,
): fc.Arbitrary<Entry> =>
  fc.record(
    {
      ...where(name),
      ...(type === 'classic' && { durable: fc.boolean(), auto_delete: fc.boolean() }),
      arguments: table(argumentsOf[type](others)).map((rest) => ({
        'x-queue-type': type,
        ...rest,
      })),
    },
    { requiredKeys: ['name', 'vhost', 'arguments'] },
  );

/** A queue that is not durable, or auto_delete, is classic whatever the vhost's default. */
const untyped = (name: string, others: readonly string[], type: QueueType): fc.Arbitrary<Entry> =>
  fc
    .record({ durable: fc.boolean(), auto_delete: fc.boolean() }, { requiredKeys: [] })
    .chain((given) => {
      const { durable = true, auto_delete = false } = given;
      const known = argumentsOf[durable && !auto_delete ? type : 'classic'](others);
      return fc
        .record({ ...where(name), arguments: table(known) }, { requiredKeys: ['name', 'vhost'] })
        .map((rest) => ({ ...rest, ...given }));
    });

const where = (name: string) => ({ name: fc.constant(name), vhost: fc.constant(vhost) });

const table = (known: object): fc.Arbitrary<Entry> =>
  fc.record({ ...free, ...known }, { requiredKeys: [] });
