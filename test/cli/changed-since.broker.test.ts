// What others change in an object of each kind after it was planned: found before the first write,
// and before the object's own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { openGateway, type Gateway } from '../management/gateway.ts';
import { sampleOf } from '../sample.ts';
import { callTopo } from './topo.ts';

// A busy machine takes its time to write 20 objects of all kinds, three times.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

type Call = readonly [method: string, path: string, body?: object];
interface Row {
  readonly address: string;
  /** Makes it as the plan finds it. */
  readonly make: readonly Call[];
  /** What somebody else does. */
  readonly edit: readonly Call[];
}

const vhost = await freshVhost();
const [one, gone] = [`${vhost}.one`, `${vhost}.gone`];
const everything = { configure: '.*', write: '.*', read: '.*' };
const durable = { durable: true };

/** For what a PUT changes in place. */
const setting = (path: string, body: object, other: object, more = ''): Row => ({
  address: path,
  make: [['PUT', path + more, body]],
  edit: [['PUT', path + more, other]],
});
/** For what must be deleted to be changed. */
const declared = (path: string, body: object, other: object): Row => ({
  address: path,
  make: [
    ['DELETE', path],
    ['PUT', path, body],
  ],
  edit: [
    ['DELETE', path],
    ['PUT', path, other],
  ],
});
const policy = { pattern: '^none', definition: { 'max-length': 5 } };
const limited = { pattern: '^none', definition: { 'max-length': 7 } };
const upstream = (uri: string) => ({ value: { uri: `amqp://${uri}` } });
const topic = (write: string) => ({ exchange: 'amq.topic', write, read: '.*' });

/** The same kind of row for an object that changes, and for one that goes. */
const rowsOf = (name: string): Record<string, Row> => ({
  exchange: declared(
    `exchanges/${vhost}/${name}`,
    { ...durable, type: 'direct' },
    { ...durable, type: 'fanout' },
  ),
  queue: declared(`queues/${vhost}/${name}`, durable, {
    ...durable,
    arguments: { 'x-max-length': 7 },
  }),
  vhost: setting(`vhosts/${name}`, { description: 'old' }, { description: 'other' }),
  user: setting(
    `users/${name}`,
    { tags: 'management', password: 'p' },
    { tags: 'policymaker', password: 'p' },
  ),
  permission: setting(`permissions/${vhost}/${name}.may`, everything, {
    ...everything,
    read: 'other',
  }),
  topic_permission: {
    ...setting(`topic-permissions/${vhost}/${name}.may`, topic('a'), topic('other')),
    address: `topic-permissions/${vhost}/${name}.may/amq.topic`,
  },
  policy: setting(`policies/${vhost}/${name}`, policy, limited),
  operator_policy: setting(`operator-policies/${vhost}/${name}`, policy, limited),
  parameter: setting(
    `parameters/federation-upstream/${vhost}/${name}`,
    upstream('a'),
    upstream('b'),
  ),
  global_parameter: setting(`global-parameters/${name}`, { value: 1 }, { value: 'other' }),
});

/** Somebody else makes it in another way. */
const isNew = (path: string, other: object): Row => ({
  address: `${path}/${vhost}/new`,
  make: [['DELETE', `${path}/${vhost}/new`]],
  edit: [['PUT', `${path}/${vhost}/new`, other]],
});

const limit = (value: number): Call[] => [
  ['PUT', `user-limits/${one}.limited/max-channels`, { value }],
];
const rows: Record<string, Row> = {
  ...Object.fromEntries(
    Object.entries(rowsOf(one)).map(([kind, row]) => [`a changed ${kind}`, row]),
  ),
  ...Object.fromEntries(
    Object.entries(rowsOf(gone)).map(([kind, row]) => [`a deleted ${kind}`, row]),
  ),
  'the limits of a user': {
    address: `users/${one}.limited`,
    make: [['PUT', `users/${one}.limited`, { tags: '', password: 'p' }], ...limit(5)],
    edit: limit(7),
  },
  'a new queue': isNew('queues', { ...durable, arguments: { 'x-max-length': 7 } }),
  'a new super stream': isNew('exchanges', { ...durable, type: 'topic' }),
};

const yaml = `vhost: ${vhost}
manage:
  exchanges: [${gone}]
  queues: [${gone}]
  vhosts: [${gone}]
  users: [${gone}]
  permissions: [${gone}.may]
  topic_permissions: [${gone}.may]
  policies: [${gone}]
  operator_policies: [${gone}]
  parameters: [${gone}]
  global_parameters: [${gone}]
vhosts: [{ name: ${vhost}.first }, { name: ${one}, description: new }]
users: [{ name: ${one}, tags: [monitoring] }, { name: ${one}.limited, limits: { max-channels: 6 } }]
permissions: [{ user: ${one}.may, configure: '.*', write: '.*', read: new }]
topic_permissions: [{ user: ${one}.may, exchange: amq.topic, write: new, read: '.*' }]
exchanges: [{ name: ${one}, type: topic }]
queues: [{ name: ${one}, arguments: { x-max-length: 6 } }, { name: new }]
super_streams: [{ name: new, partitions: 2 }]
policies: [{ name: ${one}, pattern: ^none, definition: { max-length: 6 } }]
operator_policies: [{ name: ${one}, pattern: ^none, definition: { max-length: 6 } }]
parameters: [{ component: federation-upstream, name: ${one}, value: { uri: 'amqp://new' } }]
global_parameters: [{ name: ${one}, value: new }]
`;

let folder = '';
let gateway: Gateway;
/** Awaited before each write reaches the broker. */
let beforeWrite = (): Promise<unknown> => Promise.resolve();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-changed-'));
  await writeFile(join(folder, 'topology.yaml'), yaml);
  gateway = await openGateway({
    fault: 'a cut',
    reaches: true,
    when: async (asked) => {
      if (isWrite(asked)) await beforeWrite();
      return false;
    },
  });
  for (const user of [`${one}.may`, `${gone}.may`])
    await api('PUT', `users/${user}`, { tags: '', password: 'p' });
  await restore(Object.values(rows));
  await topo('plan', '--out', 'plan.json');
});
afterAll(async () => {
  gateway.close();
  await rm(folder, { recursive: true });
  const names = [one, `${one}.may`, `${one}.limited`, gone, `${gone}.may`];
  for (const name of names) await quietly('DELETE', `users/${name}`);
  for (const name of [one, gone]) await quietly('DELETE', `global-parameters/${name}`);
  for (const name of [`${vhost}.first`, one, gone]) await quietly('DELETE', `vhosts/${name}`);
});

const isWrite = ({ method, path }: { method: string; path: string }): boolean =>
  method !== 'GET' && !path.includes('/topo.lock');
const writes = () => gateway.asked.filter(isWrite);
const quietly = (...call: Call) => api(...call).catch(() => undefined);
const topo = (...args: string[]) =>
  callTopo(args, folder, { ...env, RABBITMQ_ENDPOINT: gateway.endpoint });
const apply = (what: string, ...flags: string[]) =>
  topo('apply', what, '--yes', '--allow-deletes', '99', '--format', 'json', ...flags);

const inTurn = async (calls: readonly Call[]): Promise<void> => {
  for (const call of calls) await (call[0] === 'DELETE' ? quietly(...call) : api(...call));
};
const restore = (some: readonly Row[]) => Promise.all(some.map(({ make }) => inTurn(make)));
const editAll = () => Promise.all(Object.values(rows).map((row) => inTurn(row.edit)));

interface Found {
  readonly error?: { readonly changes: readonly { address: string; message: string }[] };
  readonly outcomes?: readonly { address: string; kind: string; reason?: string }[];
}
const parse = (out: string) => JSON.parse(out) as Found;
const table = Object.entries(rows);
/** With its vhost. */
const goesAlong = `permissions/${gone}/${broker.username}`;

describe('between plan and apply', () => {
  let changes: ReadonlyMap<string, string>;
  let before = 0;
  beforeAll(async () => {
    await editAll();
    before = writes().length;
    const { code, out, err } = await apply('plan.json');
    expect(code, out + err).toBe(exit.stale);
    changes = new Map(parse(out).error?.changes.map((one) => [one.address, one.message]));
  });
  test.each(sampleOf(table))('%s: the plan is stale', (_, { address }) => {
    expect(changes.get(address)).toContain(`${address} has changed since`);
  });
  test('nothing is written', () => {
    expect(writes().slice(before)).toEqual([]);
  });
});

describe('between two steps', () => {
  let outcomes: ReadonlyMap<string, string>;
  beforeAll(async () => {
    await restore(Object.values(rows));
    let isFirst = true;
    beforeWrite = async () => {
      if (isFirst) {
        isFirst = false;
        await editAll();
      }
    };
    const { code, out, err } = await apply('plan.json', '--parallelism', '1');
    beforeWrite = () => Promise.resolve();
    expect(code, out + err).toBe(exit.partial);
    outcomes = new Map(parse(out).outcomes?.map((one) => [one.address, one.kind]));
  });
  test.each(table)('%s: it is left alone', (_, { address }) => {
    expect(outcomes.get(address)).toBe('stale');
  });
});

test('steps that are done are left out, and the others of the plan are carried out', async () => {
  await restore(Object.values(rows));
  expect(await apply('plan.json')).toMatchObject({ code: exit.done });
  const done = writes().length;
  const again = await apply('plan.json');
  expect(again, again.out + again.err).toMatchObject({ code: exit.done });
  expect(parse(again.out).outcomes).toEqual([]);
  expect(writes().slice(done)).toEqual([]);
  const alone = Object.values(rows).filter(({ address }) => !address.endsWith('/new'));
  const half = alone.filter((_, nth) => nth % 2 === 0);
  await restore(half);
  const rest = await apply('plan.json');
  expect(rest, rest.out + rest.err).toMatchObject({ code: exit.done });
  const addresses = parse(rest.out)
    .outcomes?.map(({ address }) => address)
    .filter((address) => address !== goesAlong)
    .sort();
  expect(addresses).toEqual(half.map(({ address }) => address).sort());
});
