// Kills a connection, or topo itself, in the middle of an apply. Real kills, a real proxy.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { callTopo, startTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-faults-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('apply is cut short', () => {
  const count = 150;
  /** So many that a run that is ended in the midst has not done all. */
  const more = 300;
  // So long that a busy machine is not taken for a silent broker.
  const slow = 'the broker is silent for 5 s, twice';
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

  const arrange = async (queues = count) => {
    vhost = await freshVhost();
    file = join(folder, `${vhost}.yaml`);
    await writeFile(
      file,
      `vhost: ${vhost}\nmanage: all\nqueues:\n  - { name: 'q\${n}', for_each: { n: 1..${queues} } }\n`,
    );
  };
  const queuesOf = async (): Promise<number> => {
    const path = `queues/${vhost}?disable_stats=true&enable_queue_totals=true`;
    return ((await api('GET', path)) as unknown[]).length;
  };
  /** Waits until some queues exist, but not all: 64 requests are in flight, so the 75th tells. */
  const underWay = async () => {
    const isPut = (line: string): boolean => line.startsWith(`PUT /api/queues/${vhost}/`);
    while (proxy.requests.filter(isPut).length < 75) await pause(1);
  };

  /** With many steps, HTTP writes only where AMQP is out of reach. */
  const over = (way: 'HTTP' | 'AMQP') =>
    way === 'AMQP' ? env : { ...env, AMQP_URL: 'amqp://127.0.0.1:1' };
  const overAmqp = 600;
  const underWayOverAmqp = async () => {
    const { sent } = amqpProxy.bytes;
    while (amqpProxy.bytes.sent < sent + 10_000) await pause(1);
  };

  test.each([
    ['HTTP', more, underWay],
    ['AMQP', overAmqp, underWayOverAmqp],
  ] as const)(
    'Ctrl-C finishes requests in flight over %s; the next run does the rest',
    async (way, all, reached) => {
      await arrange(all);
      const run = startTopo(['apply', file, '--yes'], folder, over(way));
      await reached();
      run.child.kill('SIGINT');
      const ended = await run.ended;
      expect(ended).toMatchObject({ code: 130 });
      expect(ended.err).toContain('finishing what is in flight; once more to stop at once');
      const created = Number(/Apply: (\d+) created, (\d+) skipped/.exec(ended.out)?.[1]);
      expect(created).toBeGreaterThan(0);
      expect(created).toBeLessThan(all);
      expect(await queuesOf()).toBe(created);

      const rest = await callTopo(['apply', file, '--yes'], folder, env);
      expect(rest).toMatchObject({ code: 0 });
      expect(rest.out).toContain(`Apply: ${all - created} created`);
      expect(await queuesOf()).toBe(all);
    },
  );

  test.each([
    ['HTTP', count, underWay],
    ['AMQP', overAmqp, underWayOverAmqp],
  ] as const)('a second Ctrl-C stops at once, over %s', async (way, all, reached) => {
    await arrange(all);
    const run = startTopo(['apply', file, '--yes'], folder, over(way));
    await reached();
    for (const one of [proxy, amqpProxy]) one.blackHole();
    run.child.kill('SIGINT');
    await pause(200);
    run.child.kill('SIGINT');
    const ended = await run.ended;
    for (const one of [proxy, amqpProxy]) one.restore();
    expect(ended).toMatchObject({ code: 130 });
    expect(ended.out).toContain('failed: interrupted before the broker answered');
    expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
  });

  test('progress is reported without a terminal, too, and so is the second reading', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, over('HTTP'));
    await underWay();
    proxy.blackHole();
    await pause(2_500);
    proxy.restore();
    await proxy.blackHoleAfter(/^GET \/api\/bindings/m);
    await pause(1_500);
    proxy.restore();
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.err).toMatch(/apply \[.*\] \d+\/150 create q\d+/);
    expect(ended.err).toContain(`reading http://127.0.0.1:${proxy.port} again (`);
  });

  test.each([
    ['HTTP', count, underWay],
    ['AMQP', overAmqp, underWayOverAmqp],
  ] as const)(
    'cut connections over %s are retried, and nothing is left to plan',
    async (way, all, reached) => {
      await arrange(all);
      const run = startTopo(['apply', file, '--yes'], folder, over(way));
      await reached();
      for (const one of [proxy, amqpProxy]) one.cut();
      await pause(50);
      for (const one of [proxy, amqpProxy]) one.cut();
      expect(await run.ended).toMatchObject({ code: 0 });
      const plan = await callTopo(['plan', file, '--detailed-exitcode'], folder, env);
      expect(plan).toMatchObject({ code: 0 });
    },
  );

  test('apply finishes although nobody reads its output', async () => {
    await arrange();
    const report = join(folder, `${vhost}.json`);
    const run = startTopo(['apply', file, '--yes', '--report', report], folder, env);
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    const code = await new Promise((resolve) => run.child.once('exit', resolve));
    expect(code, await readFile(report, 'utf8').catch(String)).toBe(0);
    expect(await queuesOf()).toBe(count);
  });

  test('after kill -9 in the middle, the next run does the rest', async () => {
    await arrange(more);
    const run = startTopo(['apply', file, '--yes'], folder, over('HTTP'));
    await underWay();
    run.child.kill('SIGKILL');
    await run.ended;
    const left = await queuesOf();
    expect(left).toBeLessThan(more);
    expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
    expect(await queuesOf()).toBe(more);
  });

  test.each([
    ['HTTP', count, underWay],
    ['AMQP', overAmqp, underWayOverAmqp],
  ] as const)(
    'a broker that falls silent over %s is waited for once, not once for every 64 steps',
    { meta: { slow } },
    async (way, all, reached) => {
      await arrange(all);
      const run = startTopo(['apply', file, '--yes', '--timeout', '5'], folder, over(way));
      await reached();
      for (const one of [proxy, amqpProxy]) one.blackHole();
      const since = Date.now();
      const ended = await run.ended;
      for (const one of [proxy, amqpProxy]) one.restore();
      expect(Date.now() - since).toBeLessThan(20_000);
      expect(ended).toMatchObject({ code: 6 });
      expect(ended.out).toMatch(
        /Apply: .* created, .* failed, .* skipped in .*could not be read again/,
      );
      expect(Number(/ (\d+) failed/.exec(ended.out)?.[1])).toBeLessThanOrEqual(128);

      const rest = await callTopo(['apply', file, '--yes'], folder, env);
      expect(rest).toMatchObject({ code: 0 });
      expect(await queuesOf()).toBe(all);
    },
  );

  test(
    'so is one that falls silent over AMQP and HTTP among deletes',
    { meta: { slow } },
    async () => {
      // So many that the plan does not ask for each over AMQP: only the deletes name them.
      const many = 600;
      await arrange(many);
      expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
      await writeFile(file, `vhost: ${vhost}\nmanage: all\n`);
      const deletes = ['--allow-deletes', String(many)];
      const run = startTopo(['apply', file, '--yes', '--timeout', '5', ...deletes], folder, env);
      const early = run.ended.then((ended) => expect.fail(JSON.stringify(ended)));
      await Promise.race([amqpProxy.blackHoleAfter(/q3\d\d/), early]);
      early.catch(() => undefined);
      proxy.blackHole();
      const since = Date.now();
      const ended = await run.ended;
      for (const one of [proxy, amqpProxy]) one.restore();
      expect(Date.now() - since).toBeLessThan(30_000);
      expect({ code: ended.code, err: ended.err }).toEqual({
        code: 6,
        err: expect.stringContaining(
          'the broker has not answered for 5 s: starting nothing more\n',
        ) as string,
      });
      expect(ended.out).toMatch(/Apply: .* deleted, .* failed, .* skipped in /);
      const rest = await callTopo(['apply', file, '--yes', ...deletes], folder, env);
      expect(rest).toMatchObject({ code: 0 });
      expect(await queuesOf()).toBe(0);
    },
  );

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
