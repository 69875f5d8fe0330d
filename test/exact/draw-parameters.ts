// Draws upstreams, sets of them, shovels and global parameters. Nothing listens where they lead.
import fc from 'fast-check';
import { ours, vhost, type Entry } from './definitions.ts';
import { counts, numberOf, texts, values } from './draw-values.ts';

const uris = fc.constantFrom<unknown>(
  'amqp://127.0.0.1:1',
  ['amqp://127.0.0.1:1/a', 'amqp://127.0.0.1:2/b%2f'],
  ['amqp://localhost:1?heartbeat=5'],
);
const ackModes = fc.constantFrom('on-confirm', 'on-publish', 'no-ack');
/** What finds no broker then rests. */
const patience = fc.constant(numberOf(86_400));

const upstream = fc.record(
  {
    uri: uris,
    'max-hops': counts,
    'ack-mode': ackModes,
    'trust-user-id': fc.boolean(),
    'reconnect-delay': patience,
  },
  { requiredKeys: ['uri'] },
);

const upstreamSet = (names: readonly string[]) =>
  fc.array(
    fc.record(
      { upstream: fc.constantFrom(...names), exchange: fc.constantFrom('amq.fanout', 'größe') },
      { requiredKeys: ['upstream'] },
    ),
    { minLength: 1, maxLength: 2 },
  );

const endOf = (side: 'src' | 'dest') =>
  fc.oneof(
    fc.record({ [`${side}-queue`]: fc.constantFrom('orders', 'größe') }),
    fc.record({ [`${side}-exchange`]: fc.constant('amq.topic'), [`${side}-exchange-key`]: texts }),
  );

const shovel = fc
  .tuple(
    endOf('src'),
    endOf('dest'),
    fc.record(
      {
        'src-uri': uris,
        'dest-uri': uris,
        'src-protocol': fc.constant('amqp091'),
        'src-prefetch-count': counts,
        'src-delete-after': fc.constantFrom<unknown>('never', 'queue-length', numberOf(5)),
        'dest-add-forward-headers': fc.boolean(),
        'ack-mode': ackModes,
        'reconnect-delay': patience,
      },
      { requiredKeys: ['src-uri', 'dest-uri', 'reconnect-delay'] },
    ),
  )
  .map(([from, to, rest]) => ({ ...from, ...to, ...rest }))
  .filter(isAllowed);

/** RabbitMQ refuses to count messages that it does not confirm. */
function isAllowed(value: { 'ack-mode'?: string; 'src-delete-after'?: unknown }): boolean {
  return value['ack-mode'] !== 'no-ack' || typeof value['src-delete-after'] !== 'object';
}

/** `names`: those that all components use. */
export const parameters = (names: readonly string[]): fc.Arbitrary<Entry[]> =>
  fc
    .tuple(
      ofComponent('federation-upstream', names, upstream),
      ofComponent('federation-upstream-set', names, upstreamSet(names)),
      ofComponent('shovel', names, shovel),
    )
    .map((all) => all.flat());

const ofComponent = (
  component: string,
  names: readonly string[],
  value: fc.Arbitrary<unknown>,
): fc.Arbitrary<Entry[]> =>
  fc
    .subarray([...names])
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((name) => value.map((one) => ({ component, vhost, name, value: one }))),
      ),
    );

export const globalParameter = (name: string): fc.Arbitrary<Entry> =>
  fc.record({ name: fc.constant(`${ours}${name}`), value: values });
