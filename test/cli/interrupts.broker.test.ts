// Signals, closed pipes and full disks end each command as docs/cli.md says;
// interrupts.long.test.ts has more signals and verbs. Real signals, a real proxy, a disk in memory.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { api } from '../broker.ts';
import { firstOf, testInWhole } from '../sample.ts';
import { canMount, mountDisk, type SmallDisk } from '../small-disk.ts';
import {
  env,
  file,
  folder,
  interruptReading,
  interruptTwice,
  interruptWriting,
  leaveWriting,
  names,
  queues,
  setUpInterrupts,
  vhost,
} from './interrupted.ts';
import { main, runTopo } from './topo.ts';

setUpInterrupts();

const ends = [
  ['apply', 'SIGINT'],
  ['plan', 'SIGTERM'],
  ['export', 'SIGHUP'],
] as const;
test.each(firstOf(ends))('while %s reads, it is ended at once: %s', interruptReading);

describe('while apply writes', () => {
  test('SIGINT finishes what is in flight, reports it, and the next run does the rest', () =>
    interruptWriting('SIGINT'));

  test('SIGTERM, then SIGTERM, drops what is in flight', () =>
    interruptTwice('SIGTERM', 'SIGTERM'));

  test('a reader who leaves in the middle changes nothing', () => leaveWriting('text'));
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

  const readings = [
    ['plan', 2, '--detailed-exitcode'],
    ['plan', 0, ''],
    ['plan', 0, '--format json'],
    ['validate', 0, ''],
  ] as const;
  test.each(firstOf(readings))('of %s: exit %d, %s', async (verb, code, flags) => {
    expect(await piped(`${topo} ${verb} ${file} --quiet ${flags}`)).toEqual({
      code,
      lines: 1,
      err: '',
    });
  });

  testInWhole('of export', async () => {
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

  const files = [
    ['plan', '--out'],
    ['export', '--output'],
  ] as const;
  test.each(firstOf(files))('%s leaves the old file of %s as it was', async (verb, flag) => {
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
