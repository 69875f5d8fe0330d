// What the overlays of an environment make of declared objects, and what is wrong with them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeOverlay } from '../../src/file/merge-overlay.ts';
import { renderDocument, resolveTopology } from '../../src/file/render-topology.ts';
import { Resolved } from '../../src/file/resolved.ts';
import { fieldsOf } from '../../src/file/render-entry.ts';
import { toPlain } from '../../src/topology/value.ts';
import { problemsOf } from './read.ts';
import { readIn, makeProject } from './project.ts';

const base = `vhost: /
exchanges:
  - { name: x, type: topic, internal: true }
queues:
  - name: orders
    arguments: { x-queue-type: quorum, x-max-length: 1000, my: { a: [1, 2], b: 1 } }
  - for_each: { n: 1..3 }
    name: w\${n}
bindings:
  - { source: x, destination: orders, routing_key: k, arguments: { a: 1 } }
`;

const readWith = (overlays: string, topology = base, resolved?: Resolved) =>
  readIn(
    'prod',
    makeProject({
      'topology.yaml': topology,
      'environments/prod.yaml': `overlays:\n${overlays}\n`,
    }),
    { env: { PW: 'hunter2', OTHER: 'hunter3' } },
    resolved,
  );

/** The fields of an object, by its address. */
async function fieldsIn(address: string, overlays: string, topology = base): Promise<unknown> {
  const { objects } = await readWith(overlays, topology);
  const object = objects.get(address)?.object;
  return object && toPlain(fieldsOf(object, { vhost: '/' }));
}

describe('an overlay', () => {
  const orders = {
    name: 'orders',
    arguments: { 'x-queue-type': 'quorum', 'x-max-length': 1000, my: { a: [1, 2], b: 1 } },
  };
  const args = orders.arguments;
  const rows: [string, string, string, unknown][] = [
    [
      'sets a field',
      'queues/%2F/w2',
      '  queues: [{ name: w2, durable: false }]',
      { name: 'w2', durable: false },
    ],
    [
      'takes one out',
      'exchanges/%2F/x',
      '  exchanges: [{ name: x, internal: null }]',
      { name: 'x', type: 'topic' },
    ],
    [
      'merges maps key by key',
      'queues/%2F/orders',
      '  queues: [{ name: orders, arguments: { x-max-length: 5, my: { b: null, c: 2 } } }]',
      { ...orders, arguments: { ...args, 'x-max-length': 5, my: { a: [1, 2], c: 2 } } },
    ],
    [
      'replaces lists, and maps by anything else',
      'queues/%2F/orders',
      '  queues: [{ name: orders, arguments: { my: { a: [3], b: { c: 1 } } } }]',
      { ...orders, arguments: { ...args, my: { a: [3], b: { c: 1 } } } },
    ],
    [
      'takes all arguments out',
      'queues/%2F/orders',
      '  queues: [{ name: orders, arguments: null }]',
      { name: 'orders' },
    ],
    [
      'reaches one row of a for_each',
      'queues/%2F/w3',
      '  queues: [{ name: w3, arguments: { x-expires: 5 } }]',
      { name: 'w3', arguments: { 'x-expires': 5 } },
    ],
    [
      'has a for_each of its own',
      'queues/%2F/w2',
      "  queues: [{ for_each: { n: 2..3 }, name: 'w${n}', arguments: { x-max-length: '${n}' } }]",
      { name: 'w2', arguments: { 'x-max-length': 2 } },
    ],
    [
      'joins another that changes other fields',
      'queues/%2F/w1',
      '  queues: [{ name: w1, durable: false }, { name: w1, vhost: /, arguments: { x-expires: 5 } }]',
      { name: 'w1', durable: false, arguments: { 'x-expires': 5 } },
    ],
    [
      'agrees with another',
      'queues/%2F/w1',
      '  queues: [{ name: w1, durable: false }, { name: w1, durable: false }]',
      { name: 'w1', durable: false },
    ],
    [
      'keeps the others as they are',
      'queues/%2F/w1',
      '  queues: [{ name: w2, durable: false }]',
      { name: 'w1' },
    ],
    [
      'sets odd keys as any other',
      'queues/%2F/w1',
      '  queues: [{ name: w1, arguments: { __proto__: 1, my: { __proto__: { a: 1 } } } }]',
      {
        name: 'w1',
        arguments: JSON.parse('{ "__proto__": 1, "my": { "__proto__": { "a": 1 } } }') as object,
      },
    ],
  ];
  test.each(rows)('%s', async (_, address, overlays, fields) => {
    expect(await fieldsIn(address, overlays)).toEqual(fields);
  });

  test('is about the only object of its name, in whatever vhost', async () => {
    const topology = base.replace('vhost: /', 'vhost: shop');
    const fields = await fieldsIn(
      'queues/shop/w1',
      '  queues: [{ name: w1, durable: false }]',
      topology,
    );
    expect(fields).toEqual({ name: 'w1', durable: false, vhost: 'shop' });
  });

  test('is about the one of its vhost', async () => {
    const topology = base.replace('queues:\n', 'queues:\n  - { name: w1, vhost: b }\n');
    const overlays = '  queues: [{ name: w1, vhost: b, durable: false }]';
    expect(await fieldsIn('queues/b/w1', overlays, topology)).toMatchObject({ durable: false });
    expect(await fieldsIn('queues/%2F/w1', overlays, topology)).toEqual({ name: 'w1' });
  });

  test('changes a super stream as a whole', async () => {
    const topology = `${base}super_streams:\n  - { name: s, partitions: 2 }\n`;
    const overlays = '  super_streams: [{ name: s, partitions: 3, arguments: { x-max-age: 7D } }]';
    expect(await fieldsIn('queues/%2F/s-2', overlays, topology)).toMatchObject({
      arguments: { 'x-max-age': '7D' },
    });
    const wrong = '  super_streams: [{ name: s, routing_keys: [a] }]';
    expect(await problemsOf(readWith(wrong, topology))).toMatch(
      /^prod.yaml:2:44 partitions-or-keys: .* \(in the overlay of \S*topology.yaml:12:5\)\n/,
    );
  });

  test('is in what is rendered', async () => {
    const resolved = new Resolved();
    const desired = await readWith('  queues: [{ name: w1, durable: false }]', base, resolved);
    const text = renderDocument(resolveTopology(desired, resolved, undefined), '');
    expect(text).toContain('  - name: w1\n    durable: false\n');
  });
});

describe('what is wrong with an overlay', () => {
  const rows: [string, string, string][] = [
    [
      'nothing of its name',
      '  queues: [{ name: ordres, durable: false }]',
      'prod.yaml:2:12 overlay-of-nothing: no file declares queue "ordres"\n    did you mean "orders"?\n',
    ],
    [
      'nothing in its vhost',
      '  queues: [{ name: orders, vhost: b, durable: false }]',
      'prod.yaml:2:12 overlay-of-nothing: no file declares queue "orders" in vhost "b"\n    declare it, or remove the overlay\n',
    ],
    [
      'a for_each that goes too far is told once',
      "  queues: [{ for_each: { n: 3..9 }, name: 'w${n}', durable: false }]",
      'prod.yaml:2:12 overlay-of-nothing: no file declares queue "w4" (for_each n=4)\n    did you mean "w1"?\n',
    ],
    [
      'no such binding',
      '  bindings: [{ source: x, destination: orders, routing_key: none, arguments: { a: 2 } }]',
      'prod.yaml:2:14 overlay-of-nothing: no file declares a binding of source "x", destination "orders", destination_type "queue", routing_key "none"\n    declare it, or remove the overlay\n',
    ],
    [
      'another binding than the declared one',
      '  bindings: [{ source: x, destination: orders, routing_key: k, arguments: { a: 2 } }]',
      "prod.yaml:2:75 overlay-identity: an overlay can't make another binding of this one: its arguments say which one it is (in the overlay of topology.yaml:10:5)\n    declare another one in a file that only this environment has: files: […]\n",
    ],
    [
      'two that disagree',
      '  queues:\n    - { name: w1, arguments: { x-expires: 5 } }\n    - { name: w1, arguments: { x-expires: 6 } }',
      'prod.yaml:4:43 overlay-conflict: arguments.x-expires is given another value by the overlay at prod.yaml:3:43\n    keep one of the two\n',
    ],
    [
      'one that removes what another sets',
      '  queues:\n    - { name: w1, arguments: null }\n    - { name: w1, arguments: { x-expires: 6 } }',
      'prod.yaml:4:43 overlay-conflict: arguments.x-expires is given another value by the overlay at prod.yaml:3:30\n    keep one of the two\n',
    ],
    [
      'no name',
      '  queues: [{ durable: false }]',
      'prod.yaml:2:12 overlay-identity: the overlay has no name\n    it says which object the overlay is about\n',
    ],
    [
      'a name that is no text',
      '  queues: [{ name: 5, durable: false }]',
      'prod.yaml:2:20 overlay-identity: name of an overlay must be text\n    it says which object the overlay is about\n',
    ],
    [
      'a vhost taken out',
      '  queues: [{ name: orders, vhost: null, durable: false }]',
      'prod.yaml:2:35 overlay-identity: vhost of an overlay must be text\n    it says which object the overlay is about\n',
    ],
    [
      'no change',
      '  queues: [{ name: orders }]',
      'prod.yaml:2:12 empty-overlay: the overlay changes nothing\n    name the fields that are different, with their values; null removes one\n',
    ],
    [
      'an unknown field',
      '  queues: [{ name: orders, durabel: false }]',
      'prod.yaml:2:28 unknown-field: queues[0] has no field "durabel" (in the overlay of topology.yaml:5:5)\n    did you mean durable?\n',
    ],
    [
      'a wrong value',
      '  queues: [{ name: w1, arguments: { x-max-length: -1 } }]',
      'prod.yaml:2:51 wrong-value: queues[1].arguments.x-max-length must be at least 0, not the number -1 (for_each n=1) (in the overlay of topology.yaml:7:5)\n',
    ],
    [
      'a field that must be there taken out',
      '  exchanges: [{ name: x, type: null }]',
      'topology.yaml:3:5 missing-field: exchanges[0] has no type (changed by the overlay at prod.yaml:2:15)\n    add type: …\n',
    ],
    [
      'what it makes of the object',
      '  queues: [{ name: orders, durable: false }]',
      'prod.yaml:2:37 replicated-queue: a quorum queue is always durable (in the overlay of topology.yaml:5:5)\n    RabbitMQ refuses it; leave the field out, or make it a classic queue\n',
    ],
    [
      'a field that no longer fits',
      '  queues: [{ name: orders, arguments: { x-queue-type: stream } }]',
      'topology.yaml:6:54 foreign-argument: x-max-length is an argument of classic or quorum queues, but this one is stream (changed by the overlay at prod.yaml:2:12)\n    RabbitMQ refuses it; remove the argument, or change x-queue-type\n',
    ],
    [
      'an unknown argument',
      '  queues: [{ name: orders, arguments: { x-max-lenght: 1 } }]',
      'prod.yaml:2:41 doubt unknown-argument: RabbitMQ does not know the queue argument "x-max-lenght" (in the overlay of topology.yaml:5:5)\n    did you mean x-max-length?\n',
    ],
    [
      'an unknown section',
      '  queue: [{ name: orders }]',
      'prod.yaml:2:3 unknown-field: overlays has no field "queue"\n    did you mean queues?\n',
    ],
    [
      'a section that is no list',
      '  queues: { name: orders }',
      'prod.yaml:2:11 wrong-value: overlays.queues must be a list, not a map\n    begin each entry with a dash\n',
    ],
    [
      'an entry that is no map',
      '  queues: [orders]',
      'prod.yaml:2:12 wrong-value: overlays.queues[0] must be a map, not the string "orders"\n',
    ],
    [
      'a variable that is not there',
      "  queues: [{ name: orders, durable: '${none}' }]",
      'prod.yaml:2:38 unknown-variable: there is no variable "none"\n    declare it: variables: { none: … }\n',
    ],
    [
      'a secret in a field that is shown',
      "  queues: [{ name: orders, arguments: { my: '${env:PW}' } }]",
      'prod.yaml:2:46 environment-not-allowed: the environment variable PW may be a secret, and this field is shown\n    if it is not: --allow-env PW, or export TOPO_ALLOW_ENV=PW\n',
    ],
  ];
  test.each(rows)('%s', async (_, overlays, problems) => {
    const told = await problemsOf(readWith(overlays));
    expect(told.replaceAll(/\S*\/(?=(?:topology|prod)\.yaml)/g, '')).toBe(problems);
  });

  test('objects of its name in two vhosts', async () => {
    const topology = base.replace('queues:\n', 'queues:\n  - { name: w1, vhost: b }\n');
    expect(await problemsOf(readWith('  queues: [{ name: w1, durable: false }]', topology))).toBe(
      'prod.yaml:2:12 overlay-of-several: queue "w1" is declared in the vhosts "b", "/"\n' +
        '    say which one the overlay is about: vhost: …\n',
    );
  });

  test('is not told of an object that is wrong itself', async () => {
    const topology = base.replace('name: orders', 'name: [orders]');
    const problems = await problemsOf(
      readWith('  queues: [{ name: orders, durable: true }]', topology),
    );
    expect(problems).not.toContain('overlay-of-nothing');
  });
});

test.each([
  [
    'many overlays of one object',
    '    - { name: w1, durable: false }\n'.repeat(4_000),
    /^prod.yaml:\d+:\d+ too-many-overlays/,
  ],
  [
    'many fields that contradict',
    `    - { name: w1, arguments: { ${fields(4_000, 1)} } }\n    - { name: w1, arguments: { ${fields(4_000, 2)} } }\n`,
    /^prod.yaml:\d+:\d+ overlay-conflict/,
  ],
  [
    'many unknown fields',
    `    - { name: w1, ${fields(4_000, 1)} }\n`,
    /^prod.yaml:\d+:\d+ unknown-field/,
  ],
  [
    'many that are about nothing',
    Array.from({ length: 4_000 }, (_, n) => `    - { name: none${n}, durable: false }\n`).join(''),
    /^prod.yaml:\d+:\d+ overlay-of-nothing/,
  ],
])('%s are told within seconds', async (_, entries, problem) => {
  const started = Date.now();
  expect(await problemsOf(readWith(`  queues:\n${entries}`))).toMatch(problem);
  expect(Date.now() - started).toBeLessThan(20_000);
});

function fields(count: number, value: number): string {
  return Array.from({ length: count }, (_, n) => `f${n}: ${value}`).join(', ');
}

test('merging twice is merging once, and what is null is gone', () => {
  const { value } = fc.letrec<{ value: unknown; map: object }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(null, 1, 'a', [1], []), tie('map')),
    map: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value'), { maxKeys: 3 }),
  }));
  fc.assert(
    fc.property(value, value, (base, overlay) => {
      const once = mergeOverlay(base, overlay);
      expect(mergeOverlay(once, overlay)).toEqual(once);
      expect(mergeOverlay(once, {})).toEqual(
        typeof once === 'object' && once !== null && !Array.isArray(once) ? once : {},
      );
    }),
  );
});
