// Passwords of users: from the environment, from files, as hashes, made by topo.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '../../src/topology/password-hash.ts';
import { api } from '../broker.ts';
import { inSync, layUsers, secrets } from './users-bed.ts';

const { ci, inFolder, declare, topo, liveUser, mayLogIn } = layUsers();

describe('a password from the environment', () => {
  beforeEach(() => declare({ tags: 'management', password: '${env:CI_PASSWORD}' }));

  test('is set once, and is no difference afterwards', async () => {
    const given = { CI_PASSWORD: 'sesame' };
    expect(await topo(['apply', '--yes'], given)).toMatchObject({ code: 0 });
    expect(await mayLogIn('sesame')).toBe(true);
    const { password_hash } = await liveUser();
    expect(await topo(['apply', '--yes'], given)).toMatchObject(inSync);
    expect((await liveUser()).password_hash).toBe(password_hash);
  });

  test('is changed where it differs, and the plan says where it comes from', async () => {
    await topo(['apply', '--yes'], { CI_PASSWORD: 'sesame' });
    const given = { CI_PASSWORD: 'other' };
    const planned = await topo(['plan'], given);
    expect(planned.out).toMatch(/~ user +\S+-ci +password set → from \$CI_PASSWORD/);
    expect(await topo(['apply', '--yes'], given)).toMatchObject({ code: 0 });
    expect([await mayLogIn('sesame'), await mayLogIn('other')]).toEqual([false, true]);
  });

  test.each(['sha512', 'md5'])('is recognised in a hash by %s', async (digest) => {
    const hashing_algorithm = `rabbit_password_hashing_${digest}`;
    const password_hash = hashPassword('sesame', hashing_algorithm);
    await api('PUT', `users/${ci()}`, { password_hash, hashing_algorithm, tags: 'management' });
    expect(await topo(['plan'], { CI_PASSWORD: 'sesame' })).toMatchObject(inSync);
  });
});

describe('a password stays', () => {
  test('when tags and limits change', async () => {
    await api('PUT', `users/${ci()}`, { password: 'sesame', tags: 'management' });
    await declare({ tags: ['monitoring', 'policymaker'], limits: { 'max-channels': 7 } });
    expect(await topo(['apply', '--yes'])).toMatchObject({ code: 0 });
    expect(await liveUser()).toMatchObject({
      tags: ['monitoring', 'policymaker'],
      limits: { 'max-channels': 7 },
    });
    expect(await mayLogIn('sesame')).toBe(true);
    await declare({ tags: 'monitoring,policymaker', limits: { 'max-connections': 3 } });
    expect(await topo(['apply', '--yes'])).toMatchObject({ code: 0 });
    expect(await liveUser()).toMatchObject({ limits: { 'max-connections': 3 } });
    expect(await mayLogIn('sesame')).toBe(true);
    expect(await topo(['plan'])).toMatchObject(inSync);
  });

  test('when tags change, and the given one is the same', async () => {
    await api('PUT', `users/${ci()}`, { password: 'sesame', tags: '' });
    const { password_hash } = await liveUser();
    await declare({ tags: ['management'], password: '${env:CI_PASSWORD}' });
    expect(await topo(['apply', '--yes'], { CI_PASSWORD: 'sesame' })).toMatchObject({ code: 0 });
    expect(await liveUser()).toMatchObject({ password_hash, tags: ['management'] });
  });
});

test('a user without a password has none, and keeps none', async () => {
  await declare({ password_hash: '' });
  await topo(['apply', '--yes']);
  expect(await liveUser()).toMatchObject({ password_hash: '' });
  await api('PUT', `users/${ci()}`, { password: 'sesame', tags: '' });
  expect((await topo(['plan'])).out).toContain('password set → not set');
  await topo(['apply', '--yes']);
  expect(await liveUser()).toMatchObject({ password_hash: '' });
});

test('a hash is compared with its algorithm, and set as it is', async () => {
  const hashing_algorithm = 'rabbit_password_hashing_sha512';
  const password_hash = hashPassword('sesame', hashing_algorithm);
  await declare({ tags: 'management', password_hash, hashing_algorithm });
  expect(await topo(['apply', '--yes'])).toMatchObject({ code: 0 });
  expect(await liveUser()).toMatchObject({ password_hash, hashing_algorithm });
  expect(await mayLogIn('sesame')).toBe(true);
  expect(await topo(['plan'])).toMatchObject(inSync);
});

describe('a password in a file', () => {
  test('is read below the folder of secrets', async () => {
    await mkdir(inFolder('secrets', 'team'));
    await writeFile(inFolder('secrets', 'team', 'ci'), 'sesame\n');
    await declare({ tags: 'management', password_file: 'team/ci' });
    expect(await topo(['apply', '--yes', ...secrets])).toMatchObject({ code: 0 });
    expect(await mayLogIn('sesame')).toBe(true);
    expect(await topo(['plan', ...secrets])).toMatchObject(inSync);
  });

  const wrong: [situation: string, path: string, args: string[], message: string][] = [
    ['in no folder', 'ci', [], 'of a folder that is not named'],
    ['that is not there', 'ci', secrets, 'there is no file'],
    ['of the file’s own choosing', '../topology.yaml', secrets, 'leads out of the folder'],
    ['anywhere on the disk', '/etc/passwd', secrets, 'leads out of the folder'],
  ];
  test.each(wrong)('%s is an error', async (_, path, args, message) => {
    await declare({ password_file: path });
    const ended = await topo(['apply', '--yes', ...args]);
    expect(ended).toMatchObject({ code: 3, err: expect.stringContaining(message) as string });
    await expect(liveUser()).rejects.toThrow('404');
  });
});

describe('a password that topo makes', () => {
  const file = (): string => inFolder('secrets', `${ci()}.password`);
  beforeEach(() => declare({ tags: 'management', generate: true }));

  test('is in a new file of its owner, and lets the user in', async () => {
    expect(await topo(['apply', '--yes', ...secrets])).toMatchObject({ code: 0 });
    const password = (await readFile(file(), 'utf8')).trim();
    expect(password).toMatch(/^[\w-]{43}$/);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect(await mayLogIn(password)).toBe(true);
  });

  test('is never made again', async () => {
    await topo(['apply', '--yes', ...secrets]);
    const before = [await readFile(file(), 'utf8'), (await liveUser()).password_hash];
    await declare({ tags: 'monitoring', generate: true });
    expect(await topo(['apply', '--yes'])).toMatchObject({ code: 0 });
    expect([await readFile(file(), 'utf8'), (await liveUser()).password_hash]).toEqual(before);
  });

  test('is given to a user who has none', async () => {
    await api('PUT', `users/${ci()}`, { password_hash: '', tags: 'management' });
    expect((await topo(['plan'])).out).toContain('password not set → generated');
    await topo(['apply', '--yes', ...secrets]);
    expect(await mayLogIn((await readFile(file(), 'utf8')).trim())).toBe(true);
  });

  test('is that of an apply that was cut before the user was there', async () => {
    const kept = 'x'.repeat(43);
    await writeFile(file(), `${kept}\n`, { mode: 0o600 });
    expect(await topo(['apply', '--yes', ...secrets])).toMatchObject({ code: 0 });
    expect(await readFile(file(), 'utf8')).toBe(`${kept}\n`);
    expect(await mayLogIn(kept)).toBe(true);
  });

  test('is not made where it would not be whole, and then no user is', async () => {
    await writeFile(file(), 'half', { mode: 0o600 });
    const { code, out } = await topo(['apply', '--yes', ...secrets]);
    expect(code).not.toBe(0);
    expect(out).toContain('holds no whole password that topo made');
    await expect(liveUser()).rejects.toThrow('404');
  });

  test('needs a folder, and nothing is written without', async () => {
    await declare({ generate: true }, { queues: [{ name: ci() }] });
    const { code, err } = await topo(['apply', '--yes']);
    expect([code, err]).toEqual([3, expect.stringContaining('name one: --secrets-dir DIR')]);
    await expect(api('GET', `queues/%2F/${ci()}`)).rejects.toThrow('404');
  });
});
