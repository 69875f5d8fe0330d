// Where what is said can't be written: /dev/full is a disk without room.
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, broker, env, freshVhost } from '../broker.ts';
import { openProxy } from '../proxy.ts';
import { firstOf, testInWhole } from '../sample.ts';
import { runTopo, startTopo } from './topo.ts';

const full = openSync('/dev/full', 'w');
let folder = '';
let vhost = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-full-'));
  vhost = await freshVhost();
  await writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\nqueues: [{ name: q }]\n`);
});
afterAll(async () => {
  closeSync(full);
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  for (const { name } of await queues()) await api('DELETE', `queues/${vhost}/${name}`);
});

const queues = async (): Promise<{ name: string }[]> =>
  (await api('GET', `queues/${vhost}?columns=name`)) as { name: string }[];
const unprinted = `error: stdout can't be written: ENOSPC
  hint: make room there, or redirect it
`;
const unfilled = (flag: string): string => `error: ${flag} /dev/full can't be written: ENOSPC
  hint: make room there, or name another file
`;

describe('a full stdout is an error', () => {
  const rows: [string, string[]][] = [
    ['of the version', ['--version']],
    ['of help', ['plan', '--help']],
    ['of what is short', ['validate']],
    ['of what would end with 2 for its changes', ['plan', '--detailed-exitcode']],
    ['of an export', ['export']],
  ];
  test.each(firstOf(rows))('%s', async (_, args) => {
    // Others have vhosts with odd content on this broker.
    const own = args[0] === 'export' ? ['--quiet', '--vhost', vhost] : [];
    const ended = await runTopo([...args, ...own], folder, env, { out: full });
    expect(ended).toEqual({ code: 1, out: '', err: unprinted });
  });

  test("that doesn't hide a worse one", async () => {
    const ended = await runTopo(['apply'], folder, env, { out: full });
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.err).toContain(unprinted);
    expect(await queues()).toEqual([]);
  });
});

describe('a full file is an error', () => {
  const rows: [string, string[]][] = [
    ['--out', ['plan', '--quiet', '--out', '/dev/full']],
    ['--output', ['export', '--quiet', '--output', '/dev/full']],
  ];
  test.each(firstOf(rows))('%s', async (flag, args) => {
    const own = args[0] === 'export' ? ['--vhost', vhost] : [];
    const ended = await runTopo([...args, ...own], folder, env);
    expect(ended).toEqual({ code: 1, out: '', err: unfilled(flag) });
  });
});

const unreported = 'everything was done, but it could not be reported\n';

describe('what was agreed to is done all the same, and that is said', () => {
  test('with nowhere to report it', async () => {
    const ended = await runTopo(
      ['apply', '--yes', '--quiet', '--report', '/dev/full'],
      folder,
      env,
    );
    expect(ended).toMatchObject({ code: 7, err: unfilled('--report') + unreported });
    expect(await queues()).toEqual([{ name: 'q' }]);
  });

  const unprintedRuns: string[][] = [
    ['apply', '--yes'],
    ['apply', '--yes', '--format', 'json'],
    ['apply', '--yes', '--detailed-exitcode'],
  ];
  test.each(firstOf(unprintedRuns.map((args) => ({ args }))))(
    'with nowhere to print it: $args',
    async ({ args }) => {
      const ended = await runTopo(args, folder, env, { out: full });
      expect(ended).toMatchObject({ code: 7, out: '' });
      expect(ended.err).toContain(unprinted);
      expect(ended.err).toContain(unreported);
      expect(await queues()).toEqual([{ name: 'q' }]);
    },
  );

  test.each(firstOf([[['--yes']], [[]]]))('with nothing left to do: %j', async (flags) => {
    await runTopo(['apply', '--yes'], folder, env);
    const args = ['apply', ...flags, '--quiet', '--report', '/dev/full'];
    const ended = await runTopo(args, folder, env);
    expect(ended).toMatchObject({ code: 7, err: unfilled('--report') + unreported });
  });

  testInWhole('with a folder for the report that is gone by then', async () => {
    const gone = await mkdtemp(join(folder, 'gone-'));
    const proxy = await openProxy({
      host: '127.0.0.1',
      port: Number(new URL(broker.endpoint).port),
    });
    const asked = proxy.blackHoleBefore(/PUT /);
    const endpoint = `http://127.0.0.1:${proxy.port}`;
    const args = ['apply', '--yes', '--report', join(gone, 'run.json')];
    const running = startTopo(args, folder, { ...env, RABBITMQ_ENDPOINT: endpoint });
    await asked;
    await rm(gone, { recursive: true });
    proxy.restore();
    const ended = await running.ended;
    await proxy.close();
    expect(ended).toMatchObject({ code: 7 });
    expect(ended.err).toContain("run.json can't be written: ENOENT");
    expect(await queues()).toEqual([{ name: 'q' }]);
  });

  test('with a reader who has enough', async () => {
    const { child, ended } = startTopo(['apply', '--yes', '--format', 'json'], folder, env);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0 });
    expect(await queues()).toEqual([{ name: 'q' }]);
  });
});

describe('a code that says more stays', () => {
  test('of a run that was refused', async () => {
    const declined = await runTopo(['apply', '--report', '/dev/full'], folder, env);
    expect(declined).toMatchObject({ code: 4 });
    expect(declined.err).toContain(unfilled('--report'));
    expect(await queues()).toEqual([]);
  });

  test('of a run that was carried out only in part', async () => {
    const part = join(folder, 'part.yaml');
    await api('PUT', `exchanges/${vhost}/x`, { type: 'direct', durable: true });
    await writeFile(
      part,
      `vhost: ${vhost}\nqueues: [{ name: q }]\nbindings: [{ source: x, destination: q }]\n`,
    );
    const rights = { configure: '.*', write: '', read: '' };
    await api('PUT', `users/${vhost}`, { password: 'secret', tags: 'management' });
    await api('PUT', `permissions/${vhost}/${vhost}`, rights);
    const user = { RABBITMQ_USERNAME: vhost, RABBITMQ_PASSWORD: 'secret' };
    const args = ['apply', part, '--yes', '--report', '/dev/full'];
    const ended = await runTopo(args, folder, { ...env, ...user });
    await api('DELETE', `users/${vhost}`);
    expect(ended).toMatchObject({ code: 6 });
    expect(ended.err).toContain(unfilled('--report'));
    expect(ended.err).not.toContain(unreported);
  });

  testInWhole('of a wrong file, with a stderr that is full', async () => {
    const ended = await runTopo(['validate', 'nowhere.yaml'], folder, env, { err: full });
    expect(ended).toEqual({ code: 3, out: '', err: '' });
  });
});
