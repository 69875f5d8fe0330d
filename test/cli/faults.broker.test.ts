// What is left when something dies: a connection, topo itself. Real kills, a real proxy.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { callTopo, startTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-faults-'));
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
  const applyUntilDeleted = async ({ cwd = folder, flags = [] as string[] } = {}) => {
    const file = join(folder, `${vhost}.yaml`);
    await writeFile(file, `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }]\n`);
    const isDeleted = proxy.blackHoleAfter(/^DELETE /m);
    const run = startTopo(['apply', file, '--yes', ...flags], cwd, env);
    await isDeleted;
    await pause(200);
    return run;
  };
  const foundBindings = async () => {
    const found = (await api('GET', `exchanges/${vhost}/x/bindings/source`)) as typeof bindings;
    return found.map(({ routing_key, arguments: args }) => ({ routing_key, arguments: args }));
  };

  test('by two Ctrl-C: all is put back before topo ends', async () => {
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

  test('by kill -9: nothing else is applied before the plan that was kept has put all back', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const run = await applyUntilDeleted({ cwd: home });
    run.child.kill('SIGKILL');
    await run.ended;
    proxy.restore();
    const file = join(folder, `${vhost}.yaml`);
    const [kept = ''] = await readdir(join(home, '.topo/unfinished'));
    const path = `.topo/unfinished/${kept}`;

    const again = await callTopo(['apply', file, '--yes'], home, env);
    expect(again).toMatchObject({ code: 4 });
    expect(again.out).toContain(
      'refused: an apply was cut off that was to put back 2 bindings which no file declares',
    );
    expect(again.out).toContain(`topo apply ${path} does the rest of it`);
    expect((await callTopo(['plan', file], home, env)).out).toContain(path);

    expect(await callTopo(['apply', path, '--yes'], home, env)).toMatchObject({ code: 0 });
    expect((await foundBindings()).sort(byKey)).toEqual(bindings);
    expect(await readdir(join(home, '.topo/unfinished'))).toEqual([]);
    const last = await callTopo(['plan', file, '--detailed-exitcode'], home, env);
    expect(last).toMatchObject({ code: 0 });
  });

  test('by a broker that stays silent: each lost binding is told, and no hint says that all is well', async () => {
    const report = join(folder, `${vhost}.json`);
    const run = await applyUntilDeleted({ flags: ['--timeout', '1', '--report', report] });
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 6 });
    expect(ended.out).toMatch(/q\/theirs\/plain: routing_key "plain", arguments {}/);
    expect(ended.out).toMatch(/: routing_key "with arguments", arguments {"n":1,"x-match":"all"}/);
    expect(ended.out).toContain('no file declares it: the plan that is kept puts it back');
    expect(ended.err).toMatch(
      /what is left of it, undeclared bindings too: topo apply .topo\/unfinished\/\w{7}.json/,
    );
    expect(ended.out).not.toMatch(/blocked|goes on from here/);

    const { converged, outcomes } = JSON.parse(await readFile(report, 'utf8')) as {
      converged: boolean;
      outcomes: { kind: string; lost?: (typeof bindings)[number] }[];
    };
    expect(converged).toBe(false);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
    expect(outcomes.flatMap(({ lost }) => lost ?? []).sort(byKey)).toMatchObject(bindings);
  });

  test('by a broker that stays silent once it has the new one: each binding is told that is not back', async () => {
    const file = join(folder, `${vhost}.yaml`);
    const declared = `bindings: [{ source: x, destination: theirs, routing_key: plain }]`;
    await writeFile(file, `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }]\n${declared}\n`);
    const run = startTopo(['apply', file, '--yes', '--timeout', '1'], folder, env);
    await proxy.blackHoleAfter(/^DELETE /m);
    proxy.restore();
    await proxy.blackHoleAfter(/^POST /m);
    const ended = await run.ended;
    proxy.restore();
    expect(ended).toMatchObject({ code: 6 });
    const told = [
      'x was replaced; 0 of 2 bindings are back\n      remove the cause, then apply the plan that is kept',
      `failed: not put back: POST http://127.0.0.1:${proxy.port}/api/bindings/${vhost}/e/x/q/theirs: no answer in time\n`,
      'routing_key "plain", arguments {}\n      the same command again puts it back\n',
      'arguments {"n":1,"x-match":"all"}\n      no file declares it: the plan that is kept puts it back\n',
    ];
    for (const part of told) expect(ended.out).toContain(part);
    expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'topic' });
  });
});

const byKey = (a: { routing_key: string }, b: { routing_key: string }): number =>
  a.routing_key < b.routing_key ? -1 : 1;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('apply is cut short', () => {
  const count = 300;
  let vhost = '';
  let file = '';
  let proxy: Proxy;
  let amqpProxy: Proxy;
  let env: Record<string, string> = {};

  beforeAll(async () => {
    const [endpoint, amqp] = [new URL(broker.endpoint), new URL(broker.amqpUrl)];
    proxy = await openProxy({ host: endpoint.hostname, port: Number(endpoint.port) });
    amqpProxy = await openProxy({ host: amqp.hostname, port: Number(amqp.port) });
    env = {
      RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
      RABBITMQ_USERNAME: broker.username,
      RABBITMQ_PASSWORD: broker.password,
      AMQP_URL: `amqp://127.0.0.1:${amqpProxy.port}`,
    };
  });
  afterAll(async () => {
    await proxy.close();
    await amqpProxy.close();
  });

  const arrange = async () => {
    vhost = await freshVhost();
    file = join(folder, `${vhost}.yaml`);
    await writeFile(
      file,
      `vhost: ${vhost}\nmanage: all\nqueues:\n  - { name: 'q\${n}', for_each: { n: 1..${count} } }\n`,
    );
  };
  const queuesOf = async (): Promise<number> => {
    const path = `queues/${vhost}?disable_stats=true&enable_queue_totals=true`;
    return ((await api('GET', path)) as unknown[]).length;
  };
  /** Waits until some of the queues are asked for, and not yet all. */
  const underWay = async () => {
    const isPut = (line: string): boolean => line.startsWith(`PUT /api/queues/${vhost}/`);
    while (proxy.requests.filter(isPut).length < count / 5) await pause(1);
  };

  test('Ctrl-C finishes what is under way, reports, and the next run does the rest', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    await underWay();
    run.child.kill('SIGINT');
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 130 });
    expect(ended.err).toContain('finishing what is under way; once more to stop at once');
    const created = Number(/Apply: (\d+) created, (\d+) skipped/.exec(ended.out)?.[1]);
    expect(created).toBeGreaterThan(0);
    expect(created).toBeLessThan(count);
    expect(await queuesOf()).toBe(created);

    const rest = await callTopo(['apply', file, '--yes'], folder, env);
    expect(rest).toMatchObject({ code: 0 });
    expect(rest.out).toContain(`Apply: ${count - created} created`);
    expect(await queuesOf()).toBe(count);
  });

  test('a second Ctrl-C stops at once', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    await underWay();
    proxy.blackHole();
    run.child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 200));
    run.child.kill('SIGINT');
    const ended = await run.ended;
    proxy.restore();
    expect(ended).toMatchObject({ code: 130 });
    expect(ended.out).toContain('failed: interrupted: it may or may not have been done');
    expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s while apply still reads ends it at once, as nothing is written',
    async (signal) => {
      await arrange();
      proxy.blackHole();
      const run = startTopo(['apply', file, '--yes'], folder, env);
      const asked = proxy.connections;
      while (proxy.connections === asked) await pause(5);
      const since = Date.now();
      run.child.kill(signal);
      const ended = await run.ended;
      proxy.restore();
      expect(Date.now() - since).toBeLessThan(3_000);
      expect(ended).toMatchObject({ code: 130 });
      expect(ended.err).not.toContain('finishing what is under way');
      expect(ended.err).toContain(
        'error: interrupted\n  hint: the same command again goes on from here\n',
      );
    },
  );

  test('a closed terminal lets what is under way finish', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    await underWay();
    run.child.kill('SIGHUP');
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 130 });
    const created = Number(/Apply: (\d+) created, (\d+) skipped/.exec(ended.out)?.[1]);
    expect(await queuesOf()).toBe(created);
  });

  test('what is under way is told without a terminal, too, and so is that the broker is read again', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    await underWay();
    proxy.blackHole();
    await pause(2_500);
    proxy.restore();
    await proxy.blackHoleAfter(/^GET \/api\/bindings/m);
    await pause(1_500);
    proxy.restore();
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.err).toMatch(/apply \[.*\] \d+\/300 create q\d+/);
    expect(ended.err).toContain(`reading http://127.0.0.1:${proxy.port} again …`);
  });

  test('cut connections are made up for, and nothing is left to plan', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    await underWay();
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.cut();
    expect(await run.ended).toMatchObject({ code: 0 });
    const plan = await callTopo(['plan', file, '--detailed-exitcode'], folder, env);
    expect(plan).toMatchObject({ code: 0 });
  });

  test('nobody reads along, and it is done all the same', async () => {
    await arrange();
    const report = join(folder, `${vhost}.json`);
    const run = startTopo(['apply', file, '--yes', '--report', report], folder, env);
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    const code = await new Promise((resolve) => run.child.once('exit', resolve));
    expect(code, await readFile(report, 'utf8').catch(String)).toBe(0);
    expect(await queuesOf()).toBe(count);
  });

  test('kill -9 of topo leaves a part, and the next run does the rest', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    await underWay();
    run.child.kill('SIGKILL');
    await run.ended;
    const left = await queuesOf();
    expect(left).toBeLessThan(count);
    expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
    expect(await queuesOf()).toBe(count);
  });

  test('a broker that falls silent is waited for once, not once for every 64 steps', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes', '--timeout', '2'], folder, env);
    await underWay();
    proxy.blackHole();
    const since = Date.now();
    const ended = await run.ended;
    proxy.restore();
    expect(Date.now() - since).toBeLessThan(8_000);
    expect(ended).toMatchObject({ code: 6 });
    expect(ended.out).toMatch(
      /Apply: .* created, .* failed, .* skipped in .*could not be read again/,
    );
    expect(Number(/ (\d+) failed/.exec(ended.out)?.[1])).toBeLessThanOrEqual(128);

    const rest = await callTopo(['apply', file, '--yes'], folder, env);
    expect(rest).toMatchObject({ code: 0 });
    expect(await queuesOf()).toBe(count);
  });

  test('so is one that falls silent over AMQP and HTTP among deletes', async () => {
    await arrange();
    expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
    await writeFile(file, `vhost: ${vhost}\nmanage: all\n`);
    const deletes = ['--allow-deletes', String(count)];
    const run = startTopo(['apply', file, '--yes', '--timeout', '4', ...deletes], folder, env);
    await amqpProxy.blackHoleAfter(/q2\d\d/);
    proxy.blackHole();
    const since = Date.now();
    const ended = await run.ended;
    for (const one of [proxy, amqpProxy]) one.restore();
    expect(Date.now() - since).toBeLessThan(24_000);
    expect({ code: ended.code, err: ended.err }).toEqual({
      code: 6,
      err: expect.stringContaining(
        'the broker has not answered for 4 s: nothing more is begun\n',
      ) as string,
    });
    expect(ended.out).toMatch(/Apply: .* deleted, .* failed, .* skipped in /);
    const rest = await callTopo(['apply', file, '--yes', ...deletes], folder, env);
    expect(rest).toMatchObject({ code: 0 });
    expect(await queuesOf()).toBe(0);
  });

  test('a broker that falls silent ends in an error within the timeout', async () => {
    await arrange();
    proxy.blackHole();
    const started = Date.now();
    const ended = await callTopo(['plan', file, '--timeout', '2'], folder, env);
    proxy.restore();
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.err).toContain('error:');
    expect(Date.now() - started).toBeLessThan(6000);
  });
});
