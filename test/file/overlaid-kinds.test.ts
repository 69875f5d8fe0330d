// Overlays of every kind: they change fields, name no object that isn't there, and a problem has
// the place of the overlay and that of the entry.
import { describe, expect, test } from 'vitest';
import { entrySections, type EntrySection } from '../../src/file/entry-sections.ts';
import { fieldsOf } from '../../src/file/render-entry.ts';
import { toPlain } from '../../src/topology/value.ts';
import { problemsOf } from './read.ts';
import { makeProject, readIn } from './project.ts';

interface Row {
  /** An entry of the section, and an overlay of it: both on one line. */
  readonly entry: string;
  readonly overlay: string;
  /** The object that it changes, and what it becomes. */
  readonly address: string;
  readonly becomes: object;
  /** An overlay of an object that isn't declared, and what no file declares. */
  readonly ofNothing: readonly [overlay: string, what: string];
  /** An overlay by which the entry becomes wrong, from », and how. */
  readonly wrong: readonly [overlay: string, problem: string];
  /** An overlay that contradicts the first, from »; the fields of bindings have one value only. */
  readonly other?: string;
}

const rows: Readonly<Record<EntrySection, Row>> = {
  vhosts: {
    entry: '{ name: shop, description: Shop, limits: { max-queues: 10 } }',
    overlay: '{ name: shop, limits: { max-queues: 1000, max-connections: 50 } }',
    address: 'vhosts/shop',
    becomes: {
      ...{ name: 'shop', description: 'Shop' },
      limits: { 'max-queues': 1000, 'max-connections': 50 },
    },
    ofNothing: ['{ name: shpo, tracing: true }', 'vhost "shpo"'],
    wrong: [
      '{ name: shop, »vhost: /, tracing: true }',
      'unknown-field: vhosts[0] has no field "vhost"',
    ],
    other: '{ name: shop, limits: { max-connections: »51 } }',
  },
  users: {
    entry: '{ name: app, tags: [monitoring], limits: { max-connections: 5, max-channels: 9 } }',
    overlay: '{ name: app, tags: [], limits: { max-connections: 500, max-channels: null } }',
    address: 'users/app',
    becomes: { name: 'app', limits: { 'max-connections': 500 } },
    ofNothing: ['{ name: apps, tags: [] }', 'user "apps"'],
    wrong: [
      '{ name: app, limits: { max-connections: »many } }',
      'user-limit: the limit max-connections is the string "many"',
    ],
    other: '{ name: app, tags: »[management] }',
  },
  permissions: {
    entry: '{ user: app, configure: "", write: "^orders$", read: "" }',
    overlay: '{ user: app, read: "^orders$" }',
    address: 'permissions/%2F/app',
    becomes: { user: 'app', configure: '', write: '^orders$', read: '^orders$' },
    ofNothing: ['{ user: apps, read: "" }', 'permission "apps"'],
    wrong: ['{ user: app, read: »"(" }', 'invalid-pattern: "(" is no regular expression: '],
    other: '{ user: app, read: »".*" }',
  },
  topic_permissions: {
    entry: '{ user: app, exchange: amq.topic, write: "^a", read: "" }',
    overlay: '{ user: app, exchange: amq.topic, write: "^b" }',
    address: 'topic-permissions/%2F/app/amq.topic',
    becomes: { user: 'app', exchange: 'amq.topic', write: '^b', read: '' },
    ofNothing: [
      '{ user: app, exchange: other, read: "" }',
      'a topic permission of user "app", exchange "other"',
    ],
    wrong: ['{ user: app, exchange: amq.topic, write: »"(" }', 'invalid-pattern: '],
    other: '{ user: app, exchange: amq.topic, write: »".*" }',
  },
  exchanges: {
    entry: '{ name: x, type: topic }',
    overlay: '{ name: x, type: direct, arguments: { alternate-exchange: rest } }',
    address: 'exchanges/%2F/x',
    becomes: { name: 'x', type: 'direct', arguments: { 'alternate-exchange': 'rest' } },
    ofNothing: ['{ name: y, type: topic }', 'exchange "y"'],
    wrong: [
      '{ name: x, durable: »maybe }',
      'wrong-value: exchanges[0].durable must be a boolean, not the string "maybe"',
    ],
    other: '{ name: x, arguments: »null }',
  },
  queues: {
    entry: '{ name: orders, arguments: { x-queue-type: quorum, x-max-length: 10 } }',
    overlay: '{ name: orders, arguments: { x-max-length: 1000 } }',
    address: 'queues/%2F/orders',
    becomes: { name: 'orders', arguments: { 'x-queue-type': 'quorum', 'x-max-length': 1000 } },
    ofNothing: ['{ name: ordres, durable: true }', 'queue "ordres"'],
    wrong: [
      '{ name: orders, durable: »false }',
      'replicated-queue: a quorum queue is always durable',
    ],
    other: '{ name: orders, arguments: { x-max-length: »5 } }',
  },
  bindings: {
    entry: '{ source: amq.topic, destination: amq.fanout, destination_type: exchange }',
    // No field of a binding can differ: an overlay may only repeat its arguments.
    overlay:
      '{ source: amq.topic, destination: amq.fanout, destination_type: exchange, arguments: {} }',
    address: 'bindings/%2F/e/amq.topic/e/amq.fanout/~',
    becomes: { source: 'amq.topic', destination: 'amq.fanout', destination_type: 'exchange' },
    ofNothing: [
      '{ source: amq.topic, destination: amq.fanout, arguments: {} }',
      'a binding of source "amq.topic", destination "amq.fanout", destination_type "queue", routing_key ""',
    ],
    wrong: [
      '{ source: amq.topic, destination: amq.fanout, destination_type: exchange, arguments: »{ a: 1 } }',
      "overlay-identity: an overlay can't make another binding of this one: its arguments say which one it is",
    ],
  },
  policies: {
    entry: '{ name: ttl, pattern: "^orders", definition: { message-ttl: 1000, max-length: 5 } }',
    overlay: '{ name: ttl, priority: 5, definition: { message-ttl: 60000, max-length: null } }',
    address: 'policies/%2F/ttl',
    becomes: {
      ...{ name: 'ttl', pattern: '^orders', priority: 5 },
      definition: { 'message-ttl': 60_000 },
    },
    ofNothing: ['{ name: tll, priority: 1 }', 'policy "tll"'],
    wrong: ['{ name: ttl, definition: { message-ttl: »soon } }', 'policy-value: '],
    other: '{ name: ttl, definition: { max-length: »6 } }',
  },
  operator_policies: {
    entry: '{ name: cap, pattern: ".*", apply-to: queues, definition: { max-length: 1000 } }',
    overlay: '{ name: cap, definition: { max-length: 100000 } }',
    address: 'operator-policies/%2F/cap',
    becomes: {
      ...{ name: 'cap', pattern: '.*', 'apply-to': 'queues' },
      definition: { 'max-length': 100_000 },
    },
    ofNothing: ['{ name: cpa, priority: 1 }', 'operator policy "cpa"'],
    wrong: ['{ name: cap, pattern: »"(" }', 'invalid-pattern: '],
    other: '{ name: cap, definition: { max-length: »5 } }',
  },
  parameters: {
    entry:
      '{ component: shovel, name: mover, value: { src-uri: "amqp://a", src-queue: q, prefetch-count: 5, dest-uri: "amqp://" } }',
    overlay:
      '{ component: shovel, name: mover, value: { src-uri: "${env:PW}", prefetch-count: null } }',
    address: 'parameters/shovel/%2F/mover',
    becomes: {
      ...{ component: 'shovel', name: 'mover' },
      value: {
        'src-uri': { text: '${env:PW}' },
        'src-queue': 'q',
        'dest-uri': 'amqp://',
      },
    },
    ofNothing: [
      '{ component: federation-upstream, name: mover, value: {} }',
      'a parameter of component "federation-upstream", name "mover"',
    ],
    wrong: [
      '{ component: shovel, name: mover, »valeu: {} }',
      'unknown-field: parameters[0] has an unknown field',
    ],
    other: '{ component: shovel, name: mover, value: { prefetch-count: »6 } }',
  },
  global_parameters: {
    entry: '{ name: mqtt_default_vhosts, value: { a: x, b: y } }',
    overlay: '{ name: mqtt_default_vhosts, value: { a: z } }',
    address: 'global-parameters/mqtt_default_vhosts',
    becomes: { name: 'mqtt_default_vhosts', value: { a: 'z', b: 'y' } },
    ofNothing: ['{ name: mqtt, value: 1 }', 'global parameter "mqtt"'],
    wrong: [
      '{ name: mqtt_default_vhosts, »vhost: /, value: 1 }',
      'unknown-field: global_parameters[0] has an unknown field',
    ],
    other: '{ name: mqtt_default_vhosts, value: »1 }',
  },
  super_streams: {
    entry: '{ name: s, partitions: 2 }',
    overlay: '{ name: s, partitions: 3, arguments: { x-max-age: 7D } }',
    address: 'queues/%2F/s-2',
    becomes: { name: 's-2', arguments: { 'x-queue-type': 'stream', 'x-max-age': '7D' } },
    ofNothing: ['{ name: t, partitions: 3 }', 'super stream "t"'],
    wrong: ['{ name: s, routing_keys: »[a] }', 'partitions-or-keys: '],
    other: '{ name: s, arguments: { x-max-age: »1D } }',
  },
};

const read = (section: EntrySection, overlays: string) =>
  readIn(
    'prod',
    makeProject({
      'topology.yaml': `${section}:\n  - ${rows[section].entry}\n`,
      'environments/prod.yaml': linesOf(section, overlays).replaceAll('»', ''),
    }),
    { env: { PW: 'amqp://secret@b' } },
  );

const linesOf = (section: EntrySection, overlays: string): string =>
  `overlays:\n  ${section}: [${overlays}]\n`;

/** The place of » in the file of the environment. */
function placeIn(section: EntrySection, overlays: string): string {
  const [, line = ''] = linesOf(section, overlays).split('\n');
  return `prod.yaml:2:${line.indexOf('»') + 1}`;
}

describe.each(entrySections)('an overlay of %s', (section) => {
  const { overlay, address, becomes, ofNothing, wrong, other } = rows[section];

  test('changes fields', async () => {
    const { objects } = await read(section, overlay);
    const object = objects.get(address)?.object;
    expect(object && toPlain(fieldsOf(object, { vhost: '/' }))).toEqual(becomes);
  });

  test('is about an object that is declared', async () => {
    const [entry, what] = ofNothing;
    const problems = await problemsOf(read(section, entry));
    const place = placeIn(section, `»${entry}`);
    expect(problems).toContain(`${place} overlay-of-nothing: no file declares ${what}\n`);
  });

  test('has its own place in an error, and that of the entry', async () => {
    const [entry, problem] = wrong;
    const [first] = (await problemsOf(read(section, entry))).split('\n');
    expect(first).toContain(`${placeIn(section, entry)} ${problem}`);
    expect(first).toMatch(/ \(in the overlay of \S*topology\.yaml:2:5\)$/);
  });

  test.runIf(other !== undefined)('has its own place in a conflict, and the other', async () => {
    const both = `${overlay}, ${other}`;
    const problems = (await problemsOf(read(section, both))).split('\n');
    const [conflict = ''] = problems.filter((line) => line.includes('overlay-conflict'));
    expect(conflict).toContain(`${placeIn(section, both)} overlay-conflict: `);
    expect(conflict).toMatch(/given another value by the overlay at \S*prod\.yaml:2:\d+$/);
  });
});
