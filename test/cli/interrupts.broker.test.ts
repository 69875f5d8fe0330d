// Signals, closed pipes and full disks end each command as docs/cli.md says. Real signals, a real
// proxy, a disk in memory.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, broker, env as direct, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { canMount, mountDisk, type SmallDisk } from '../small-disk.ts';
import { main, runTopo, startTopo } from './topo.ts';

const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const signals = Object.keys(codes) as (keyof typeof codes)[];

let folder = '';
let vhost = '';
let file = '';
let proxy: Proxy;
let env: Record<string, string> = {};
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

const queues = 100;
beforeEach(async () => {
  vhost = await freshVhost();
  file = join(folder, `${vhost}.yaml`);
  const queue = `{ name: 'q\${n}', for_each: { n: 1..${queues} } }`;
  await writeFile(file, `vhost: ${vhost}\nqueues: [${queue}]\n`);
});

const names = async (): Promise<string[]> =>
  ((await api('GET', `queues/${vhost}?disable_stats=true&enable_queue_totals=true`)) as Named[])
    .map(({ name }) => name)
    .sort();
interface Named {
  readonly name: string;
}

const interrupted = 'error: interrupted\n  hint: run the same command again to go on\n';

describe('while it reads, a signal ends', () => {
  const verbs: Record<string, () => string[]> = {
    plan: () => ['plan', file, '--out', join(folder, `${vhost}.json`)],
    export: () => ['export', '--vhost', vhost, '--output', join(folder, `${vhost}.json`)],
    apply: () => ['apply', file, '--yes'],
    destroy: () => ['destroy', file, '--yes'],
    move: () => ['move', 'a', 'b', '--vhost', vhost, '--yes'],
    'check-upgrade': () => ['check-upgrade', '--to', '4.3', '--live', '--vhost', vhost],
  };
  const rows = Object.entries(verbs).flatMap(([verb, args], nth) =>
    (verb === 'plan' ? signals : [signals[nth % signals.length] ?? 'SIGINT']).map(
      (signal) => [verb, signal, args] as const,
    ),
  );
  test.each(rows)('%s at once: %s', async (_, signal, args) => {
    proxy.blackHole();
    const asked = proxy.connections;
    const { child, ended } = startTopo([...args(), '--quiet'], folder, env);
    await expect.poll(() => proxy.connections).toBeGreaterThan(asked);
    child.kill(signal);
    const { code, out, err } = await ended;
    proxy.restore();
    expect({ code, out, err }).toEqual({ code: codes[signal], out: '', err: interrupted });
    await expect(readFile(join(folder, `${vhost}.json`))).rejects.toThrow('ENOENT');
  });
});

interface Report {
  readonly converged: boolean;
  readonly outcomes: readonly { kind: string; reason?: string; address: string }[];
}

describe('while apply writes', () => {
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

  test.each(signals)(
    '%s finishes what is in flight, reports it, and the next run does the rest',
    async (signal) => {
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
    },
  );

  test.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'SIGINT'],
  ] as const)('%s, then %s, drops what is in flight', async (first, second) => {
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
    expect(outcomes.map(({ reason }) => reason)).toContain(
      'interrupted before the broker answered',
    );
    expect(await runTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
  });

  test.each([['text'], ['json']])(
    'a reader who leaves in the middle changes nothing: %s',
    async (format) => {
      const args = ['apply', file, '--yes', '--quiet', '--format', format];
      const { child, ended } = startTopo(args, folder, env);
      child.stdout?.destroy();
      expect(await ended).toMatchObject({ code: 0, err: '' });
      expect(await names()).toHaveLength(queues);
    },
  );
});

describe('a reader who has enough', () => {
  const piped = async (command: string) => {
    const script = `${command} | head -n 1; exit "\${PIPESTATUS[0]}"`;
    const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env } };
    const ran = promisify(execFile)('bash', ['--norc', '-c', script], options);
    const { stdout, stderr, code } = await ran.then(
      (all) => ({ ...all, code: 0 }),
      (error: unknown) => error as { stdout: string; stderr: string; code: number },
    );
    return { code, lines: stdout.split('\n').length - 1, err: stderr };
  };
  const topo = `"${process.execPath}" "${main}"`;

  test.each([
    ['plan', 0, ''],
    ['plan', 2, '--detailed-exitcode'],
    ['plan', 0, '--format json'],
    ['validate', 0, ''],
  ])('of %s: exit %d, %s', async (verb, code, flags) => {
    expect(await piped(`${topo} ${verb} ${file} --quiet ${flags}`)).toEqual({
      code,
      lines: 1,
      err: '',
    });
  });

  test('of export', async () => {
    await runTopo(['apply', file, '--yes'], folder, env);
    const command = `${topo} export --quiet --vhost ${vhost}`;
    expect(await piped(command)).toEqual({ code: 0, lines: 1, err: '' });
  });
});

describe.skipIf(!canMount)('on a full disk', () => {
  let disk: SmallDisk;
  beforeAll(() => {
    if (canMount) disk = mountDisk();
  });
  const noRoom = (flag: string, path: string): string =>
    `error: ${flag} ${path} can't be written: ENOSPC\n  hint: make room there, or name another file\n`;

  test.each([
    ['plan', '--out'],
    ['export', '--output'],
  ])('%s leaves the old file of %s as it was', async (verb, flag) => {
    disk.empty(1);
    const path = join(disk.path, 'kept.json');
    await writeFile(path, 'old\n');
    const what = verb === 'plan' ? [file] : ['--vhost', vhost];
    if (verb === 'export') await runTopo(['apply', file, '--yes'], folder, env);
    const ended = await runTopo([verb, ...what, flag, path, '--quiet'], folder, env);
    expect(ended).toEqual({ code: 1, out: '', err: noRoom(flag, path) });
    expect(await readFile(path, 'utf8')).toBe('old\n');
    expect(disk.files()).toEqual(['kept.json']);
  });

  test('apply does all, and ends with 7 if the report has no room', async () => {
    disk.empty(1);
    const path = join(disk.path, 'run.json');
    const args = ['apply', file, '--yes', '--quiet', '--report', path];
    const ended = await runTopo(args, folder, env);
    expect(ended).toMatchObject({
      code: 7,
      err: `${noRoom('--report', path)}everything was done, but it could not be reported\n`,
    });
    expect(await names()).toHaveLength(queues);
    expect(disk.files()).toEqual([]);
  });

  test('apply takes nothing away that it has no room to record', async () => {
    disk.empty(2);
    const user = `full-${vhost}`;
    await api('PUT', `exchanges/${vhost}/x`, { type: 'direct', durable: true });
    await api('PUT', `queues/${vhost}/theirs`, { durable: true });
    const key = 'a'.repeat(250);
    const nth = Array.from({ length: 60 }, (_, n) => n);
    for (const n of nth)
      await api('POST', `bindings/${vhost}/e/x/q/theirs`, { routing_key: `${key}${n}` });
    await api('PUT', `users/${user}`, { password: 'full', tags: 'management' });
    const rights = { configure: '^x', write: '.*', read: '.*' };
    await api('PUT', `permissions/${vhost}/${user}`, rights);
    await writeFile(
      file,
      `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }, { name: x2, type: topic }]\n`,
    );
    const as = { ...env, RABBITMQ_USERNAME: user, RABBITMQ_PASSWORD: 'full' };
    const ended = await runTopo(['apply', file, '--yes'], disk.path, as);
    await api('DELETE', `users/${user}`);
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(
      /error: the record \.topo\/unfinished\/\S+ can't be written: ENOSPC\n/,
    );
    expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'direct' });
    expect(await api('GET', `exchanges/${vhost}/x/bindings/source`)).toHaveLength(nth.length);
    await expect(api('GET', `exchanges/${vhost}/x2`)).rejects.toThrow('404');
  });
});
