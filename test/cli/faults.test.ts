// What is left when something dies: a broker, a connection, topo itself. Real kills, a real proxy.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRabbitmq } from '../../src/sandbox/find.ts';
import { amqpUrlOf, endpointOf, sandboxEnvironment } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { killSandbox } from '../../src/sandbox/stop.ts';
import { api, broker, freshVhost, startNode } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { runTopo, startTopo } from './topo.ts';

const seed = new URL('../../topology.yaml', import.meta.url).pathname;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-faults-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the broker is killed', () => {
  test('a thousand persistent tasks in the three queues survive kill -9, and the plan is empty', async () => {
    const node = await startNode();
    const env = sandboxEnvironment(node);
    expect(await runTopo(['apply', seed, '--yes'], folder, env)).toMatchObject({ code: 0 });

    const connection = await connect(amqpUrlOf(node));
    const channel = await connection.createConfirmChannel();
    for (let n = 0; n < 1000; n++) {
      const task = Buffer.from(`task ${n}`);
      channel.publish('ml_tasks', `worker_queue_${(n % 3) + 1}`, task, { persistent: true });
    }
    await channel.waitForConfirms();
    connection.on('error', () => undefined);

    await killSandbox(node);
    const installation = await findRabbitmq(process.env);
    if (installation === undefined) throw new Error('RabbitMQ is gone');
    const again = await startSandbox({
      root: dirname(node.folder),
      name: node.name,
      installation,
    });

    const path = 'queues/%2F?disable_stats=true&enable_queue_totals=true';
    const queues = (await api('GET', path, undefined, endpointOf(again))) as { messages: number }[];
    expect(queues.map(({ messages }) => messages).sort()).toEqual([333, 333, 334]);
    const plan = await runTopo(
      ['plan', seed, '--detailed-exitcode'],
      folder,
      sandboxEnvironment(again),
    );
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.out).toContain('Plan: nothing to do · 7 unchanged');
  });
});

describe('apply is cut short', () => {
  const count = 600;
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
  /** Waits until some of the queues are there, and not yet all. */
  const underWay = async () => {
    while ((await queuesOf()) < count / 10) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('Ctrl-C finishes what is under way, reports, and the next run does the rest', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    await underWay();
    run.child.kill('SIGINT');
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    expect(ended.err).toContain('finishing what is under way; once more to stop at once');
    const created = Number(/Apply: (\d+) created, (\d+) skipped/.exec(ended.out)?.[1]);
    expect(created).toBeGreaterThan(0);
    expect(created).toBeLessThan(count);
    expect(await queuesOf()).toBe(created);

    const rest = await runTopo(['apply', file, '--yes'], folder, env);
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
    expect(ended.code).toBe(130);
    expect(await runTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
  });

  test('cut connections are made up for, and nothing is left to plan', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    await underWay();
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 50));
    proxy.cut();
    expect(await run.ended).toMatchObject({ code: 0 });
    const plan = await runTopo(['plan', file, '--detailed-exitcode'], folder, env);
    expect(plan).toMatchObject({ code: 0 });
  });

  test('nobody reads along, and it is done all the same', async () => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, env);
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    expect(await new Promise((resolve) => run.child.once('exit', resolve))).toBe(0);
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
    expect(await runTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
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
    expect(ended.code).toBe(6);
    expect(ended.out).toMatch(
      /Apply: .* created, .* failed, .* skipped in .*could not be read again/,
    );
    expect(Number(/ (\d+) failed/.exec(ended.out)?.[1])).toBeLessThanOrEqual(128);

    const rest = await runTopo(['apply', file, '--yes'], folder, env);
    expect(rest).toMatchObject({ code: 0 });
    expect(await queuesOf()).toBe(count);
  });

  test('so is one that falls silent over AMQP and HTTP among deletes', async () => {
    await arrange();
    expect(await runTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
    await writeFile(file, `vhost: ${vhost}\nmanage: all\n`);
    const deletes = ['--allow-deletes', String(count)];
    const run = startTopo(['apply', file, '--yes', '--timeout', '2', ...deletes], folder, env);
    while ((await queuesOf()) > count * 0.9) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const one of [proxy, amqpProxy]) one.blackHole();
    const since = Date.now();
    const ended = await run.ended;
    for (const one of [proxy, amqpProxy]) one.restore();
    expect(Date.now() - since).toBeLessThan(12_000);
    expect(ended.code).toBe(6);
    expect(ended.err).toContain('the broker has not answered for 2 s');
    expect(ended.out).toMatch(/Apply: .* deleted, .* failed, .* skipped in /);
    const rest = await runTopo(['apply', file, '--yes', ...deletes], folder, env);
    expect(rest).toMatchObject({ code: 0 });
    expect(await queuesOf()).toBe(0);
  });

  test('a broker that falls silent ends in an error within the timeout', async () => {
    await arrange();
    proxy.blackHole();
    const started = Date.now();
    const ended = await runTopo(['plan', file, '--timeout', '2'], folder, env);
    proxy.restore();
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('error:');
    expect(Date.now() - started).toBeLessThan(6000);
  });
});
