// Passwords in saved plans, in exports and in what topo shows: none of them in clear.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '../../src/topology/password-hash.ts';
import { api } from '../broker.ts';
import type { Ended } from './call.ts';
import { inSync, layUsers, secrets } from './users-bed.ts';

const { own, ci, inFolder, writeTopology, declare, topo, liveUser, mayLogIn } = layUsers();

/** What topo says and writes, all together. */
async function allShown(ended: readonly Ended[]): Promise<string> {
  const files = (await readdir(inFolder())).filter((file) => file !== 'secrets');
  const texts = await Promise.all(
    files
      .filter((file) => !file.startsWith('topology'))
      .map((file) => readFile(inFolder(file), 'utf8')),
  );
  return [...ended.flatMap(({ out, err }) => [out, err]), ...texts].join('\n');
}

describe('a saved plan', () => {
  const planned = (more?: Record<string, string>): Promise<Ended> =>
    topo(['plan', '--out', 'plan.json', ...secrets], more);
  const applied = (more?: Record<string, string>): Promise<Ended> =>
    topo(['apply', 'plan.json', '--yes', ...secrets], more);

  test('takes the password from the environment again', async () => {
    await declare({ tags: 'management', password: '${env:CI_PASSWORD}' });
    await planned({ CI_PASSWORD: 'sesame' });
    const ended = await applied();
    expect([ended.code, ended.err]).toEqual([
      3,
      expect.stringContaining('the environment variable CI_PASSWORD is not set'),
    ]);
    expect(await applied({ CI_PASSWORD: 'sesame' })).toMatchObject({ code: 0 });
    expect(await mayLogIn('sesame')).toBe(true);
    expect(await applied({ CI_PASSWORD: 'sesame' })).toMatchObject(inSync);
  });

  test('reads the file again', async () => {
    await writeFile(inFolder('secrets', 'ci'), 'sesame\n');
    await declare({ tags: 'management', password_file: 'ci' });
    await planned();
    expect(await applied()).toMatchObject({ code: 0 });
    expect(await mayLogIn('sesame')).toBe(true);
  });

  test('makes a password only when it is applied', async () => {
    await declare({ generate: true });
    await planned();
    expect(await readdir(inFolder('secrets'))).toEqual([]);
    expect(await applied()).toMatchObject({ code: 0 });
    expect(await readdir(inFolder('secrets'))).toEqual([`${ci()}.password`]);
  });

  test('changes tags, and keeps the password that it does not know', async () => {
    await api('PUT', `users/${ci()}`, { password: 'sesame', tags: '' });
    await declare({ tags: 'management' });
    await planned();
    await api('PUT', `users/${ci()}`, { password: 'newer', tags: '' });
    expect(await applied()).toMatchObject({ code: 0 });
    expect(await mayLogIn('newer')).toBe(true);
  });

  test('does not hold what stands in the topology file', async () => {
    await declare({ password: 'sesame' });
    await planned();
    const { code, err } = await applied();
    expect([code, err]).toEqual([
      3,
      expect.stringContaining('it is in the topology file, and saved plans hold no passwords'),
    ]);
  });
});

test('neither passwords nor hashes are shown, whatever topo does', async () => {
  const password_hash = hashPassword('hashed-sesame');
  const users = [
    { name: ci(), password: '${env:CI_PASSWORD}', tags: 'management' },
    { name: own('-clear'), password: 'clear-sesame' },
    { name: own('-file'), password_file: 'ci' },
    { name: own('-made'), generate: true },
    { name: own('-hash'), password_hash },
  ];
  await writeFile(inFolder('secrets', 'ci'), 'file-sesame\n');
  await writeTopology({ users });
  const given = { CI_PASSWORD: 'env-sesame' };
  const run = (...args: string[]) => topo([...args, ...secrets], given);
  const ended = [
    await run('plan'),
    await run('plan', '--format', 'json'),
    await run('plan', '--format', 'markdown', '--out', 'plan.json'),
    await topo(['show', 'plan.json', '--format', 'json'], given),
    await run('apply', '--yes', '--format', 'json', '--report', 'report.json'),
    await topo(['plan', ...secrets], { CI_PASSWORD: 'env-sesame-2' }),
    await topo(['validate'], given),
    await topo(['render'], given),
    await topo(['render', '--format', 'json'], given),
    await topo(['export']),
    await topo(['export', '--format', 'definitions']),
    await topo(['export', '--into', 'topology.yaml'], given),
    await topo(['apply', 'plan.json', '--yes']),
  ];
  await writeTopology({ users: users.slice(1), x: 1 });
  ended.push(await run('plan'));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3]);
  const shown = await allShown(ended);
  const made = (await readFile(inFolder('secrets', own('-made.password')), 'utf8')).trim();
  const live = await Promise.all(
    users.map(async ({ name }) => (await liveUser(name)).password_hash),
  );
  for (const secret of ['sesame', made, password_hash, ...live])
    expect(shown).not.toContain(secret);
  const digests = live.map((hash) => createHash('sha256').update(hash).digest('hex').slice(0, 16));
  for (const digest of digests) expect(shown).not.toContain(digest);
});

describe('an export', () => {
  beforeEach(async () => {
    await api('PUT', `users/${ci()}`, { password: 'sesame', tags: 'management' });
    await api('PUT', `users/${own('-none')}`, { password_hash: '', tags: '' });
  });
  const exported = async (...args: string[]): Promise<Ended> =>
    topo(['export', '--match', own('*'), '--output', 'exported.yaml', ...args]);
  const text = (): Promise<string> => readFile(inFolder('exported.yaml'), 'utf8');

  test('holds no hashes, says so, and plans to nothing', async () => {
    const { err } = await exported();
    expect(err).toContain('nor are passwords: --with-password-hashes writes hashes');
    expect(await text()).not.toContain((await liveUser()).password_hash);
    expect(await topo(['plan', 'exported.yaml'])).toMatchObject(inSync);
  });

  test('with hashes makes the same users', async () => {
    await exported('--with-password-hashes');
    const before = await liveUser();
    expect(await text()).toContain(before.password_hash);
    expect(await topo(['plan', 'exported.yaml'])).toMatchObject(inSync);
    await api('DELETE', `users/${ci()}`);
    expect(await topo(['apply', 'exported.yaml', '--yes'])).toMatchObject({ code: 0 });
    expect(await liveUser()).toEqual(before);
  });

  test('as definitions has users only with their hashes: an import would take passwords away', async () => {
    const { err } = await exported('--format', 'definitions');
    expect(err).toContain('nor are users, permissions and passwords');
    expect(JSON.parse(await text())).not.toHaveProperty('users');
    await exported('--format', 'definitions', '--with-password-hashes');
    const before = await liveUser();
    await api('POST', 'definitions', JSON.parse(await text()));
    expect(await liveUser()).toEqual(before);
  });
});
