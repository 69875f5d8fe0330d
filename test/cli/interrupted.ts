// Commands that a signal ends: what they say, and that the same command goes on.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { api, broker, env as direct, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { runTopo, startTopo } from './topo.ts';

const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof codes;

export let folder = '';
export let vhost = '';
export let file = '';
let proxy: Proxy;
export let env: Record<string, string> = {};
export const queues = 100;

/** Called by each file that uses the rest. */
export function setUpInterrupts(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topo-interrupts-'));
    const { hostname, port } = new URL(broker.endpoint);
    proxy = await openProxy({ host: hostname, port: Number(port) });
    // Without AMQP, each write is a request that the proxy can count.
    const endpoint = `http://127.0.0.1:${proxy.port}`;
    env = { ...direct, RABBITMQ_ENDPOINT: endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
  });
  afterAll(async () => {
    await proxy.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    vhost = await freshVhost();
    file = join(folder, `${vhost}.yaml`);
    const queue = `{ name: 'q\${n}', for_each: { n: 1..${queues} } }`;
    await writeFile(file, `vhost: ${vhost}\nqueues: [${queue}]\n`);
  });
}

export const names = async (): Promise<string[]> =>
  ((await api('GET', `queues/${vhost}?disable_stats=true&enable_queue_totals=true`)) as Named[])
    .map(({ name }) => name)
    .sort();
interface Named {
  readonly name: string;
}

const interrupted = 'error: interrupted\n  hint: run the same command again to go on\n';

const verbs = {
  plan: () => ['plan', file, '--out', join(folder, `${vhost}.json`)],
  export: () => ['export', '--vhost', vhost, '--output', join(folder, `${vhost}.json`)],
  apply: () => ['apply', file, '--yes'],
  destroy: () => ['destroy', file, '--yes'],
  move: () => ['move', 'a', 'b', '--vhost', vhost, '--yes'],
  'check-upgrade': () => ['check-upgrade', '--to', '4.3', '--live', '--vhost', vhost],
} satisfies Record<string, () => string[]>;

export async function interruptReading(verb: keyof typeof verbs, signal: Signal): Promise<void> {
  proxy.blackHole();
  const asked = proxy.connections;
  const { child, ended } = startTopo([...verbs[verb](), '--quiet'], folder, env);
  await expect.poll(() => proxy.connections).toBeGreaterThan(asked);
  child.kill(signal);
  const { code, out, err } = await ended;
  proxy.restore();
  expect({ code, out, err }).toEqual({ code: codes[signal], out: '', err: interrupted });
  await expect(readFile(join(folder, `${vhost}.json`))).rejects.toThrow('ENOENT');
}

interface Report {
  readonly converged: boolean;
  readonly outcomes: readonly { kind: string; reason?: string; address: string }[];
}

const begin = async (): Promise<ReturnType<typeof startTopo> & { report: string }> => {
  const report = join(folder, `${vhost}-run.json`);
  const args = ['apply', file, '--yes', '--report', report, '--parallelism', '8'];
  const isPut = (line: string): boolean => line.startsWith(`PUT /api/queues/${vhost}/`);
  const run = startTopo(args, folder, env);
  await expect
    .poll(() => proxy.requests.filter(isPut).length, { interval: 1, timeout: 50_000 })
    .toBeGreaterThan(20);
  return { ...run, report };
};
const read = async (report: string): Promise<Report> =>
  JSON.parse(await readFile(report, 'utf8')) as Report;

/** What is in flight is finished and reported, and the next run does the rest. */
export async function interruptWriting(signal: Signal): Promise<void> {
  const { child, ended, report } = await begin();
  child.kill(signal);
  const { code, out, err } = await ended;
  expect(code).toBe(codes[signal]);
  expect(err).toContain('finishing what is in flight; once more to stop at once\n');
  const { converged, outcomes } = await read(report);
  const done = outcomes.filter(({ kind }) => kind === 'succeeded');
  const rest = outcomes.filter(({ kind }) => kind !== 'succeeded');
  expect(converged).toBe(false);
  expect(done.map(({ address }) => address.replace(/.*\//, '')).sort()).toEqual(await names());
  expect(new Set(rest.map(({ kind, reason }) => `${kind}: ${reason}`))).toEqual(
    new Set(['skipped: interrupted']),
  );
  expect(out).toContain(`Apply: ${done.length} created, ${rest.length} skipped in `);
  const next = await runTopo(['apply', file, '--yes'], folder, env);
  expect(next).toMatchObject({ code: 0 });
  expect(next.out).toContain(`Apply: ${rest.length} created in `);
  expect(await names()).toHaveLength(queues);
}

/** What is in flight is dropped. */
export async function interruptTwice(first: Signal, second: Signal): Promise<void> {
  const { child, ended, report } = await begin();
  proxy.blackHole();
  child.kill(first);
  await pause(200);
  child.kill(second);
  const { code, err } = await ended;
  proxy.restore();
  expect({ code, err }).toEqual({
    code: codes[first],
    err: expect.stringContaining('once more to stop at once') as string,
  });
  const { outcomes } = await read(report);
  expect(outcomes.map(({ reason }) => reason)).toContain('interrupted before the broker answered');
  expect(await runTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
}

/** A reader who leaves changes nothing. */
export async function leaveWriting(format: 'text' | 'json'): Promise<void> {
  const args = ['apply', file, '--yes', '--quiet', '--format', format];
  const { child, ended } = startTopo(args, folder, env);
  child.stdout?.destroy();
  expect(await ended).toMatchObject({ code: 0, err: '' });
  expect(await names()).toHaveLength(queues);
}
