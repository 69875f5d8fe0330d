// Takes an exchange of every type that the broker lists through its life: created, in sync,
// exported, replaced, deleted. What the file's rules refuse, the broker refuses, too.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { callTopo } from './topo.ts';

interface Overview {
  readonly exchange_types: readonly { readonly name: string }[];
}
const { exchange_types } = (await api('GET', 'overview')) as Overview;
const listed = exchange_types.map(({ name }) => name);
const ofPlugins = ['x-federation-upstream', 'x-jms-topic'];

interface Life {
  readonly arguments: object;
  readonly changed: object;
  readonly binding: object;
}
const lives: Readonly<Record<string, Life>> = {
  direct: life({}, {}, { routing_key: 'k' }),
  fanout: life({}, {}),
  topic: life({}, {}, { routing_key: 'a.#' }),
  headers: life({}, {}, { arguments: { 'x-match': 'any-with-x', 'x-color': 'red', size: 5 } }),
  'x-consistent-hash': life(
    { 'hash-header': 'tenant' },
    { 'hash-property': 'message_id' },
    { routing_key: '10' },
  ),
  'x-delayed-message': life({ 'x-delayed-type': 'topic' }, { 'x-delayed-type': 'fanout' }),
  'x-local-random': life({}, {}),
  'x-message-deduplication': life({ 'x-cache-size': 5 }, { 'x-cache-size': 6 }),
  'x-modulus-hash': life({}, {}),
  'x-random': life({}, {}, { routing_key: 'any' }),
  'x-recent-history': life({}, { 'x-recent-history-length': 5 }),
};

function life(given: object, changed: object, binding: object = {}): Life {
  const other = { ...changed, 'alternate-exchange': 'amq.fanout' };
  return { arguments: given, changed: other, binding };
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-types-'));
});
afterAll(() => rm(folder, { recursive: true }));

const topo = (...args: string[]) => callTopo(args, folder, env);

async function write(content: object): Promise<string> {
  const file = join(folder, 'topology.yaml');
  await writeFile(file, JSON.stringify(content));
  return file;
}

async function liveIn(vhost: string, section: 'exchanges' | 'bindings'): Promise<object[]> {
  const found = (await api('GET', `definitions/${vhost}`)) as Record<typeof section, object[]>;
  return found[section];
}

/** RabbitMQ 4.3 leaves out internal. */
const exchangesIn = async (vhost: string): Promise<object[]> =>
  (await liveIn(vhost, 'exchanges')).map((one) => ({ internal: false, ...one }));

test('the broker lists no type that these tests leave out', () => {
  expect(listed.filter((type) => !ofPlugins.includes(type) && !(type in lives))).toEqual([]);
});

describe.each(listed.filter((type) => !ofPlugins.includes(type)))(
  'an exchange of type %s',
  (type) => {
    const { arguments: given, changed, binding } = lives[type] ?? life({}, {});
    const named = { name: 'x', type, durable: true, auto_delete: false, internal: false };
    const bound = { source: 'x', destination: 'q', destination_type: 'queue', routing_key: '' };
    const expectedBinding = { ...bound, arguments: {}, ...binding };
    const fileOf = (vhost: string, table: object): object => ({
      vhost,
      manage: { exchanges: ['x'] },
      exchanges: [{ name: 'x', type, arguments: table }],
      queues: [{ name: 'q', type: 'classic' }],
      bindings: [{ source: 'x', destination: 'q', ...binding }],
    });

    test('is created, exported, replaced and deleted', async () => {
      const vhost = await freshVhost();
      const inSync = async (...files: string[]) => {
        expect(await topo('plan', ...files, '--detailed-exitcode')).toMatchObject({ code: 0 });
      };
      const file = await write(fileOf(vhost, given));
      expect(await topo('apply', file, '--yes')).toMatchObject({ code: 0 });
      expect(await exchangesIn(vhost)).toEqual([{ ...named, arguments: given }]);
      expect(await liveIn(vhost, 'bindings')).toEqual([expectedBinding]);
      await inSync(file);

      const exported = join(folder, 'exported.yaml');
      const out = ['--vhost', vhost, '--output', exported];
      expect(await topo('export', ...out)).toMatchObject({ code: 0 });
      await inSync(exported);
      await rm(exported);

      await write(fileOf(vhost, changed));
      expect(await topo('apply', file, '--yes')).toMatchObject({ code: 0 });
      expect(await exchangesIn(vhost)).toEqual([{ ...named, arguments: changed }]);
      expect(await liveIn(vhost, 'bindings')).toEqual([expectedBinding]);

      await write({ vhost, manage: { exchanges: ['x'] } });
      expect(await topo('apply', file, '--yes', '--allow-deletes', '1')).toMatchObject({ code: 0 });
      expect(await exchangesIn(vhost)).toEqual([]);
    });
  },
);

describe('what the rules for a type refuse, the broker refuses', () => {
  const refused: [type: string, argument: object, bindings: object[]][] = [
    ['x-consistent-hash', { 'hash-header': 'a', 'hash-property': 'timestamp' }, []],
    ['x-consistent-hash', { 'hash-property': 'app_id' }, []],
    ['x-recent-history', { 'x-recent-history-length': 0 }, []],
    ['x-delayed-message', {}, []],
    ['x-delayed-message', { 'x-delayed-type': 'x-delayed-message' }, []],
    ['x-message-deduplication', {}, []],
    ['x-consistent-hash', {}, ['', 'a', '0', '-1', '1.5', ' 1', '١'].map(withKey)],
    ['x-local-random', {}, [{ routing_key: 'k' }, { destination: 'quorum' }]],
    ['headers', {}, [{ arguments: { 'x-match': 'some' } }, { arguments: { 'x-match': 5 } }]],
  ];
  const rows = refused.filter(([type]) => listed.includes(type));

  test.each(rows)('%s %j %j', async (type, table, bindings) => {
    const vhost = await freshVhost();
    const exchange = { name: 'x', type, arguments: table };
    const queues = [{ name: 'q' }, { name: 'quorum', type: 'quorum' }];
    for (const { name, type: of = 'classic' } of queues) {
      const body = { durable: true, arguments: { 'x-queue-type': of } };
      await api('PUT', `queues/${vhost}/${name}`, body);
    }
    const put = api('PUT', `exchanges/${vhost}/x`, { ...exchange, durable: true });
    await (bindings.length === 0 ? expect(put).rejects.toThrow() : put);
    for (const binding of bindings.length === 0 ? [undefined] : bindings) {
      const full = binding && { source: 'x', destination: 'q', ...binding };
      const file = await write({
        vhost,
        exchanges: [exchange],
        queues,
        bindings: full ? [full] : [],
      });
      expect(await topo('validate', file), JSON.stringify(binding)).toMatchObject({ code: 3 });
      if (full === undefined) continue;
      const post = api('POST', `bindings/${vhost}/e/x/q/${full.destination}`, binding);
      await expect(post, JSON.stringify(binding)).rejects.toThrow();
    }
  });

  test.runIf(listed.includes('x-consistent-hash')).each(firstOf(['1', '+1', '01']))(
    'but takes the weight %s',
    async (key) => {
      const vhost = await freshVhost();
      const file = await write({
        vhost,
        exchanges: [{ name: 'x', type: 'x-consistent-hash' }],
        queues: [{ name: 'q' }],
        bindings: [{ source: 'x', destination: 'q', routing_key: key }],
      });
      expect(await topo('apply', file, '--yes')).toMatchObject({ code: 0 });
    },
  );
});

function withKey(routing_key: string): object {
  return { routing_key };
}
