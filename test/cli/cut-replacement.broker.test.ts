// A replacement that dies between its delete and its declaration. Real kills, a real proxy.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { startTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-cut-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a replacement over HTTP is cut between delete and declare', () => {
  let vhost = '';
  let proxy: Proxy;
  let env: Record<string, string> = {};
  const bindings = [
    { routing_key: 'plain', arguments: {} },
    { routing_key: 'with arguments', arguments: { 'x-match': 'all', n: 1 } },
  ];

  beforeEach(async () => {
    vhost = await freshVhost();
    const { hostname, port } = new URL(broker.endpoint);
    proxy = await openProxy({ host: hostname, port: Number(port) });
    env = {
      RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
      RABBITMQ_USERNAME: broker.username,
      RABBITMQ_PASSWORD: broker.password,
      AMQP_URL: 'amqp://127.0.0.1:1',
    };
    await api('PUT', `exchanges/${vhost}/x`, { type: 'direct', durable: true });
    await api('PUT', `queues/${vhost}/theirs`, { durable: true });
    for (const binding of bindings) {
      await api('POST', `bindings/${vhost}/e/x/q/theirs`, binding);
    }
  });
  afterEach(() => proxy.close());

  /** Makes x a topic exchange; no answer to the delete comes back. */
  const applyUntilDeleted = async (flags: readonly string[] = []) => {
    const file = join(folder, `${vhost}.yaml`);
    await writeFile(file, `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }]\n`);
    const isDeleted = proxy.blackHoleAfter(/^DELETE /m);
    const run = startTopo(['apply', file, '--yes', ...flags], folder, env);
    await isDeleted;
    await pause(200);
    return run;
  };
  const foundBindings = async () => {
    const found = (await api('GET', `exchanges/${vhost}/x/bindings/source`)) as typeof bindings;
    return found.map(({ routing_key, arguments: args }) => ({ routing_key, arguments: args }));
  };

  test('by two Ctrl-C: everything is put back before topo ends', async () => {
    const run = await applyUntilDeleted();
    run.child.kill('SIGINT');
    await pause(200);
    run.child.kill('SIGINT');
    await pause(500);
    proxy.restore();
    expect(await run.ended).toMatchObject({ code: 130 });
    expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'topic' });
    expect((await foundBindings()).sort(byKey)).toEqual(bindings);
  });

  const slow = 'each of several requests waits out the timeout of 3 s';
  test(
    'by a broker that stays silent: each lost binding is told, and no hint says that all is well',
    { meta: { slow } },
    async () => {
      const report = join(folder, `${vhost}.json`);
      const run = await applyUntilDeleted(['--timeout', '3', '--report', report]);
      const ended = await run.ended;
      expect(ended).toMatchObject({ code: 6 });
      expect(ended.out).toMatch(/q\/theirs\/plain: routing_key "plain", arguments {}/);
      expect(ended.out).toMatch(
        /: routing_key "with arguments", arguments {"n":1,"x-match":"all"}/,
      );
      expect(ended.out).toContain('the next topo apply puts it back first');
      expect(ended.err).toContain(
        'what was taken away and not put back is on record: the next topo apply puts it back first',
      );
      expect(ended.out).not.toMatch(/blocked|goes on from here/);

      const { converged, outcomes } = JSON.parse(await readFile(report, 'utf8')) as {
        converged: boolean;
        outcomes: { kind: string; lost?: (typeof bindings)[number] }[];
      };
      expect(converged).toBe(false);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
      expect(outcomes.flatMap(({ lost }) => lost ?? []).sort(byKey)).toMatchObject(bindings);
    },
  );

  test(
    'by a broker that stays silent once it has the new one: each binding is told that is not back',
    { meta: { slow } },
    async () => {
      const file = join(folder, `${vhost}.yaml`);
      const declared = `bindings: [{ source: x, destination: theirs, routing_key: plain }]`;
      await writeFile(
        file,
        `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }]\n${declared}\n`,
      );
      const run = startTopo(['apply', file, '--yes', '--timeout', '3'], folder, env);
      await proxy.blackHoleAfter(/^DELETE /m);
      proxy.restore();
      await proxy.blackHoleAfter(/^POST /m);
      const ended = await run.ended;
      proxy.restore();
      expect(ended).toMatchObject({ code: 6 });
      const told = [
        'x was replaced; 0 of 2 bindings are back\n      remove the cause, then run topo apply again: it puts them back first',
        `failed: not put back: POST http://127.0.0.1:${proxy.port}/api/bindings/${vhost}/e/x/q/theirs: no answer in time\n`,
        'routing_key "plain", arguments {}\n      the next topo apply puts it back first\n',
        'arguments {"n":1,"x-match":"all"}\n      the next topo apply puts it back first\n',
      ];
      for (const part of told) expect(ended.out).toContain(part);
      expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'topic' });
    },
  );
});

const byKey = (a: { routing_key: string }, b: { routing_key: string }): number =>
  a.routing_key < b.routing_key ? -1 : 1;
