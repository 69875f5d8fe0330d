// Reads policies from the broker, and checks that topo decides as it does.
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AppliedPolicies } from '../../src/topology/applied-policies.ts';
import { isBindingEnd } from '../../src/topology/object.ts';
import { toPlain } from '../../src/topology/value.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { arrange, exchange, forward, openTestBroker, queue, serve, userWith } from './arrange.ts';

let vhost = '';
beforeAll(async () => {
  vhost = await freshVhost();
});
const set = (name: string, policy: object) =>
  api('PUT', `policies/${vhost}/${encodeURIComponent(name)}`, policy);
const unset = (name: string) => api('DELETE', `policies/${vhost}/${encodeURIComponent(name)}`);
const readLive = () => openTestBroker().readLive(new Set([vhost]));

const applied: string[] = [];
afterEach(async () => {
  for (const name of applied.splice(0)) await unset(name);
});

test('policies come with their numbers exact, and objects with the name of theirs', async () => {
  const definition = { 'dead-letter-exchange': 'x', 'max-length': 5 };
  await set('low', { pattern: '^o', definition, priority: 1, 'apply-to': 'queues' });
  await set('näme', { pattern: '^e$', definition: { 'alternate-exchange': 'a' }, priority: -1 });
  applied.push('low', 'näme');
  await arrange(queue(vhost, 'orders'), queue(vhost, 'other'), exchange(vhost, 'e'));
  const { policies, objects } = await readLive();
  const found = policies?.map((policy) => ({ ...policy, definition: toPlain(policy.definition) }));
  expect(found?.sort((a, b) => b.priority - a.priority)).toEqual([
    {
      kind: 'policy',
      vhost,
      name: 'low',
      pattern: '^o',
      'apply-to': 'queues',
      priority: 1,
      definition,
    },
    {
      kind: 'policy',
      vhost,
      name: 'näme',
      pattern: '^e$',
      'apply-to': 'all',
      priority: -1,
      definition: { 'alternate-exchange': 'a' },
    },
  ]);
  const named = ['queues/orders', 'queues/other', 'exchanges/e'].map((path) => {
    const object = objects.get(path.replace('/', `/${vhost}/`));
    return isBindingEnd(object) && object.policy;
  });
  expect(named).toEqual(['low', 'low', 'näme']);
});

test('a user with the tag management and no rights reads them, but no others', async () => {
  await set('p', { pattern: '.*', definition: { 'max-length': 5 } });
  applied.push('p');
  const rights = { [vhost]: { configure: '', write: '', read: '' } };
  const opened = openTestBroker(await userWith('policy-reader', 'management', rights));
  expect((await opened.readLive()).policies).toMatchObject([{ vhost, name: 'p' }]);
});

test("if they can't be read, everything else still is", async () => {
  const { username, password } = broker;
  const endpoint = await serve((request, response) => {
    if (request.url?.startsWith('/api/policies') !== true) void forward(request, response);
    else response.writeHead(401).end('{"error":"not_authorised","reason":"no"}');
  });
  const who = { RABBITMQ_USERNAME: username, RABBITMQ_PASSWORD: password };
  const live = await openTestBroker({ RABBITMQ_ENDPOINT: endpoint, ...who }).readLive(
    new Set([vhost]),
  );
  expect([live.policies, live.vhosts.size]).toEqual([undefined, 1]);
});

/** So topo doesn't read them: they can't change where messages are sent on to. */
test('RabbitMQ rejects dead letters and alternate exchanges in operator policies', async () => {
  const put = (definition: object) =>
    api('PUT', `operator-policies/${vhost}/p`, { pattern: '^none$', definition }).then(
      () => 'taken',
      (error: unknown) => String(error),
    );
  for (const definition of [
    { 'dead-letter-exchange': 'x' },
    { 'dead-letter-routing-key': 'x' },
    { 'dead-letter-strategy': 'at-least-once' },
    { 'alternate-exchange': 'x' },
  ]) {
    expect(await put(definition)).toMatch(/400 .*are not recognised policy settings/);
  }
  expect(await put({ 'message-ttl': 1 })).toBe('taken');
  await api('DELETE', `operator-policies/${vhost}/p`);
});

/** Compares a new object of each kind and type, and then the same live. */
async function compare(policies: Readonly<Record<string, object>>) {
  for (const [name, policy] of Object.entries(policies)) await set(name, policy);
  applied.push(...Object.keys(policies));
  const objects = [
    exchange(vhost, 'compared'),
    ...['classic', 'quorum', 'stream'].map((type) => queue(vhost, `compared ${type}`, { type })),
  ];
  const foreseen = new AppliedPolicies(await readLive(), objects);
  const guessed = objects.map((object) => foreseen.of(object).map((policy) => policy?.name));
  await arrange(...objects);
  const live = await readLive();
  const told = new AppliedPolicies(live, []);
  const found = objects.map((object) => told.of(object).map((policy) => policy?.name));
  for (const { kind, name } of objects) {
    await api('DELETE', `${kind}s/${vhost}/${encodeURIComponent(name)}`);
  }
  return { guessed, found };
}

describe('topo foresees the policy that an object gets', () => {
  const keys: [key: string, value: unknown][] = [
    ['dead-letter-exchange', 'x'],
    ['dead-letter-routing-key', 'x'],
    ['dead-letter-strategy', 'at-least-once'],
    ['alternate-exchange', 'x'],
    ['expires', 100_000],
    ['message-ttl', 100_000],
    ['max-length', 5],
    ['max-length-bytes', 5],
    ['overflow', 'reject-publish'],
    ['delivery-limit', 5],
    ['max-age', '1D'],
    ['stream-max-segment-size-bytes', 100_000],
  ];
  test.for(keys)('by its key: %s', async ([key, value]) => {
    const { guessed, found } = await compare({
      p: { pattern: '^compared', definition: { [key]: value } },
    });
    expect(guessed).toEqual(found);
  });

  test('by its priority and what it applies to', async () => {
    const definition = { 'dead-letter-exchange': 'x' };
    const pattern = '^compared';
    const { guessed, found } = await compare({
      low: { pattern, definition, priority: 1 },
      queues: { pattern, definition, priority: 3, 'apply-to': 'queues' },
      exchanges: { pattern, definition, priority: 2, 'apply-to': 'exchanges' },
      quorum: { pattern, definition: { 'delivery-limit': 3 }, priority: 4 },
      other: { pattern: 'compared$', definition, priority: 9, 'apply-to': 'queues' },
    });
    expect(found).toEqual([['quorum'], ['queues'], ['quorum'], [undefined]]);
    expect(guessed).toEqual(found);
  });

  const patterns: [pattern: string, name: string][] = [
    ['rde', 'orders'],
    ['^orders$', 'orders'],
    ['^orders$', 'orders2'],
    ['^amq\\.', 'amq-x'],
    ['^(?!amq\\.).*', 'orders'],
    ['^a\\-b\\_c\\:d\\@e$', 'a-b_c:d@e'],
    ['^[\\w\\-.]+$', 'a-b.c'],
    ['^caf.$', 'café'],
    ['^caf..$', 'café'],
    ['^café$', 'café'],
    ['^[à-ü]+$', 'é'],
    ['^😀+$', '😀'],
    ['^.{4}$', '😀'],
    ['^a{2,3}$', 'aaa'],
    ['^(a|ab)(c|bcd)$', 'abcd'],
    ['(?<=a)b', 'ab'],
    ['^\\x41\\t$', 'A\t'],
    ['^[[:alpha:]]+$', 'orders'],
    ['(?i)^ORDERS$', 'orders'],
    ['^[]a[b]$', 'b'],
    ['\\Aorders\\z', 'orders'],
    ['^\\w+$', 'café'],
    ['^(a)?b\\1$', 'b'],
  ];
  test.for(patterns)('by its pattern: %s and %j', async ([pattern, name]) => {
    const own = exchange(vhost, name);
    await set('p', { pattern, definition: { 'alternate-exchange': 'x' } });
    applied.push('p');
    const guessed = new AppliedPolicies(await readLive(), [own]).of(own);
    await arrange(own);
    const found = new AppliedPolicies(await readLive(), []).of(own);
    await api('DELETE', `exchanges/${vhost}/${encodeURIComponent(name)}`);
    const names = guessed.map((policy) => policy?.name);
    expect(names).toContain(found[0]?.name);
  });
});
