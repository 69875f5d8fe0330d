// Super streams of a file: what they declare, and how exports write what is live.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderDefinitions } from '../../src/file/render-definitions.ts';
import { renderYaml } from '../../src/file/render-yaml.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { TopologyObject } from '../../src/topology/object.ts';
import { foldSuperStreams, partsOf, type SuperStream } from '../../src/topology/super-stream.ts';
import type { Value } from '../../src/topology/value.ts';
import { objectsOf, readText } from './read.ts';

const canonical = (objects: readonly TopologyObject[]): string[] =>
  objects.map(canonicalObject).sort();

test('the layout is that of rabbitmq-streams add_super_stream', async () => {
  const short = await objectsOf(
    'super_streams: [{ name: invoices, routing_keys: [eu, us], arguments: { x-max-age: 7D } }]',
  );
  const long = await objectsOf(`
exchanges:
  - { name: invoices, type: direct, durable: true, arguments: { x-super-stream: true } }
queues:
  - { name: invoices-eu, arguments: { x-queue-type: stream, x-max-age: 7D } }
  - { name: invoices-us, arguments: { x-queue-type: stream, x-max-age: 7D } }
bindings:
  - source: invoices
    destination: invoices-eu
    routing_key: eu
    arguments: { x-stream-partition-order: 0 }
  - source: invoices
    destination: invoices-us
    routing_key: us
    arguments: { x-stream-partition-order: 1 }
`);
  expect(canonical(short)).toEqual(canonical(long));
});

test('every part stands at the entry, in its vhost, for each row', async () => {
  const { objects } = await readText(`
vhost: own
super_streams:
  - for_each: { n: '1..2' }
    name: s\${n}
    partitions: \${n}
    vhost: v\${n}
variables: { n: 1 }
`);
  const addresses = [...objects.keys()].map((address) => address.replace(/\/[^/]+~.+$/, ''));
  expect(addresses).toEqual([
    ...['exchanges/v1/s1', 'queues/v1/s1-0', 'bindings/v1/e/s1/q/s1-0'],
    ...['exchanges/v2/s2', 'queues/v2/s2-0', 'queues/v2/s2-1'],
    ...['bindings/v2/e/s2/q/s2-0', 'bindings/v2/e/s2/q/s2-1'],
  ]);
  for (const { at } of objects.values()) expect(at).toMatchObject({ line: 4, col: 5 });
});

const keys = fc.oneof(
  fc.nat(4).map((count) => Array.from({ length: count + 1 }, (_, nth) => String(nth))),
  fc.uniqueArray(fc.constantFrom('eu', 'us', '0', '1', '${a}', '5', 'null', '~', '#', ''), {
    minLength: 1,
  }),
);
const streams: fc.Arbitrary<SuperStream[]> = fc.uniqueArray(
  fc.record({
    vhost: fc.constantFrom('/', 'other'),
    name: fc.constantFrom('a', 'a-0', '${b}', '5', 'true', 'ü', 'x y'),
    keys,
    arguments: fc.constantFrom(
      new Map(),
      new Map([['x-max-age', '7D']]),
      new Map<string, string | number>([
        ['x-queue-leader-locator', 'balanced'],
        ['x-max-length-bytes', 5_000_000_000],
      ]),
    ),
  }),
  { selector: ({ vhost, name }) => `${vhost} ${name}`, maxLength: 3 },
);
/** Two of them may make a stream of one name: a-0 is one of a, and the exchange of a-0-0. */
const isSound = (some: readonly SuperStream[]): boolean => {
  const addresses = some.flatMap(partsOf).map(addressOf);
  return new Set(addresses).size === addresses.length;
};
const sound = streams.filter(isSound);

describe('super streams that are live', () => {
  test('are found among other objects, whatever their order', () => {
    fc.assert(
      fc.property(sound, fc.nat(), (some, seed) => {
        const parts = some.flatMap(partsOf);
        const other = { ...parts[0], name: 'other', arguments: new Map() } as TopologyObject;
        const all = parts.length === 0 ? [] : [...parts, other];
        const turned = [...all.slice(seed % 7), ...all.slice(0, seed % 7)];
        const folded = foldSuperStreams(turned);
        expect(canonical(folded.streams.flatMap(partsOf))).toEqual(canonical(parts));
        expect(folded.others).toEqual(all.length === 0 ? [] : [other]);
      }),
    );
  });

  test('are exported as super streams that declare the same', async () => {
    await fc.assert(
      fc.asyncProperty(sound, async (some) => {
        const parts = some.flatMap(partsOf);
        const text = renderYaml(parts, { vhost: '/' });
        expect(text).not.toMatch(/^(?:exchanges|queues|bindings):/m);
        expect(canonical(await objectsOf(text))).toEqual(canonical(parts));
      }),
    );
  });

  test('stay plain objects in definitions for RabbitMQ', async () => {
    const [stream] =
      fc.sample(
        sound.filter(({ length }) => length === 1),
        1,
      )[0] ?? [];
    const parts = stream === undefined ? [] : partsOf(stream);
    const text = renderDefinitions(parts, { version: '4.3.6', vhosts: new Map() });
    expect(text).not.toContain('super_streams');
    expect(canonical(await objectsOf(text))).toEqual(canonical(parts));
  });

  const whole = partsOf({ vhost: '/', name: 's', keys: ['0', '1'], arguments: new Map() });
  const changed = (at: number, fields: object): TopologyObject[] =>
    whole.map((part, nth) => (nth === at ? { ...part, ...fields } : part));
  test('share no part', () => {
    const one = { vhost: '/', name: 'a', keys: ['0-0'], arguments: new Map() };
    const other = { vhost: '/', name: 'a-0', keys: ['0'], arguments: new Map() };
    const [exchange, , binding] = partsOf(other);
    const folded = foldSuperStreams([...partsOf(one), exchange, binding] as TopologyObject[]);
    expect(folded).toEqual({ streams: [one], others: [exchange, binding] });
  });

  test.each<[string, TopologyObject[]]>([
    ['a part is missing', whole.slice(1)],
    ['a stream is missing', whole.filter((_, nth) => nth !== 2)],
    ['the first binding is missing', whole.filter((_, nth) => nth !== 3)],
    ['the exchange is of another type', changed(0, { type: 'fanout' })],
    [
      'the exchange has more arguments',
      changed(0, {
        arguments: new Map<string, Value>([
          ['x-super-stream', true],
          ['alternate-exchange', 'a'],
        ]),
      }),
    ],
    ['a partition is no stream', changed(1, { type: 'quorum' })],
    ['the partitions differ', changed(2, { arguments: new Map([['x-max-age', '7D']]) })],
    ['a routing key is not that of the name', changed(3, { routing_key: 'other' })],
    ['the order has a gap', changed(4, { arguments: new Map([['x-stream-partition-order', 2]]) })],
    [
      'a partition is bound twice',
      [...whole, { ...whole[4], routing_key: 'again' } as TopologyObject],
    ],
  ])('are not folded if %s', (_, objects) => {
    expect(foldSuperStreams(objects)).toEqual({ streams: [], others: objects });
  });
});
