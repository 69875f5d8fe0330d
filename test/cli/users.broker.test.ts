// Users: passwords from the environment, from files, made by topo; and none of them shown.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { hashPassword } from '../../src/topology/password-hash.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, env } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import type { Ended } from './call.ts';
import { callTopo } from './topo.ts';

let folder = '';
/** Names of users begin with it: the broker is not ours alone. */
let prefix = '';
let tests = 0;
beforeEach(async () => {
  prefix = `users-${process.pid}-${++tests}`;
  folder = await mkdtemp(join(tmpdir(), 'topo-users-'));
  await mkdir(join(folder, 'secrets'), { mode: 0o700 });
  onTestFinished(async () => {
    await rm(folder, { recursive: true });
    const users = (await api('GET', 'users')) as { name: string }[];
    for (const { name } of users.filter((user) => user.name.startsWith(prefix)))
      await api('DELETE', `users/${name}`);
  });
});

const secrets = ['--secrets-dir', 'secrets'];
const ci = (): string => `${prefix}-ci`;

async function declare(entry: object, more: object = {}): Promise<void> {
  const users = [{ name: ci(), ...entry }];
  await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ users, ...more }));
}

const topo = (args: readonly string[], more: Record<string, string> = {}): Promise<Ended> =>
  callTopo(args, folder, { ...env, ...more });

interface LiveUser {
  readonly password_hash: string;
  readonly hashing_algorithm: string;
  readonly tags: readonly string[];
  readonly limits: object;
}
const liveUser = async (name = ci()): Promise<LiveUser> =>
  (await api('GET', `users/${name}`)) as LiveUser;

async function mayLogIn(password: string, username = ci()): Promise<boolean> {
  const authorization = authorizationOf({ ...broker, username, password });
  const answer = await fetch(`${broker.endpoint}/api/whoami`, { headers: { authorization } });
  return answer.ok;
}

/** What topo says and writes, all together. */
async function allShown(ended: readonly Ended[]): Promise<string> {
  const files = (await readdir(folder)).filter((file) => file !== 'secrets');
  const texts = await Promise.all(
    files
      .filter((file) => !file.startsWith('topology'))
      .map((file) => readFile(join(folder, file), 'utf8')),
  );
  return [...ended.flatMap(({ out, err }) => [out, err]), ...texts].join('\n');
}

const inSync = { code: 0, out: expect.stringContaining('nothing to do') as string };

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
    await mkdir(join(folder, 'secrets', 'team'));
    await writeFile(join(folder, 'secrets', 'team', 'ci'), 'sesame\n');
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
  const file = (): string => join(folder, 'secrets', `${ci()}.password`);
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
    await writeFile(join(folder, 'secrets', 'ci'), 'sesame\n');
    await declare({ tags: 'management', password_file: 'ci' });
    await planned();
    expect(await applied()).toMatchObject({ code: 0 });
    expect(await mayLogIn('sesame')).toBe(true);
  });

  test('makes a password only when it is applied', async () => {
    await declare({ generate: true });
    await planned();
    expect(await readdir(join(folder, 'secrets'))).toEqual([]);
    expect(await applied()).toMatchObject({ code: 0 });
    expect(await readdir(join(folder, 'secrets'))).toEqual([`${ci()}.password`]);
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
    { name: `${prefix}-clear`, password: 'clear-sesame' },
    { name: `${prefix}-file`, password_file: 'ci' },
    { name: `${prefix}-made`, generate: true },
    { name: `${prefix}-hash`, password_hash },
  ];
  await writeFile(join(folder, 'secrets', 'ci'), 'file-sesame\n');
  await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ users }));
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
  await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ users: users.slice(1), x: 1 }));
  ended.push(await run('plan'));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3]);
  const shown = await allShown(ended);
  const made = (await readFile(join(folder, 'secrets', `${prefix}-made.password`), 'utf8')).trim();
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
    await api('PUT', `users/${prefix}-none`, { password_hash: '', tags: '' });
  });
  const exported = async (...args: string[]): Promise<Ended> =>
    topo(['export', '--match', `${prefix}*`, '--output', 'exported.yaml', ...args]);
  const text = (): Promise<string> => readFile(join(folder, 'exported.yaml'), 'utf8');

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

describe('the user that topo runs as', () => {
  const self = (): string => `${prefix}-self`;
  const asSelf = (password = 'sesame') => ({
    RABBITMQ_USERNAME: self(),
    RABBITMQ_PASSWORD: password,
    AMQP_URL: broker.amqpUrl.replace(/\/\/.*@/, '//'),
  });
  beforeEach(async () => {
    await api('PUT', `users/${self()}`, { password: 'sesame', tags: 'administrator' });
    const all = { configure: '.*', write: '.*', read: '.*' };
    await api('PUT', `permissions/%2F/${self()}`, all);
  });

  test('stays with its permissions, though its pattern owns it', async () => {
    const owned = { users: [`${prefix}*`], permissions: [`${prefix}*`] };
    await api('PUT', `users/${ci()}`, { password: 'x', tags: '' });
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ manage: owned }));
    const { code, err, out } = await topo(['apply', '--yes', '--allow-deletes', '1'], asSelf());
    expect(code).toBe(0);
    expect(out + err).toContain(`user "${self()}" is not declared, and stays`);
    expect(out).toContain('1 deleted');
    expect(await mayLogIn('sesame', self())).toBe(true);
  });

  test('changes only with --allow-self, and topo goes on with its new password', async () => {
    const users = [{ name: self(), tags: ['administrator', 'a'], password: '${env:NEW}' }];
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ users }));
    const given = { ...asSelf(), NEW: 'newer' };
    const refused = await topo(['apply', '--yes'], given);
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.out).toContain('topo apply --allow-self; it is done last');
    const { code, out } = await topo(['apply', '--yes', '--allow-self'], given);
    expect([code, out]).toEqual([0, expect.stringContaining('the broker matched at')]);
    expect(await mayLogIn('newer', self())).toBe(true);
  });

  test('is given a permission in a new vhost, and loses it with the vhost', async () => {
    const vhost = `${prefix}-vhost`;
    const declared = {
      vhosts: [{ name: vhost }],
      permissions: [{ user: self(), vhost, configure: '.*', write: '.*', read: '.*' }],
    };
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify(declared));
    expect(await topo(['apply', '--yes'], asSelf())).toMatchObject({ code: 0 });
    expect(await topo(['destroy', '--yes'], asSelf())).toMatchObject({ code: 0 });
    await expect(api('GET', `vhosts/${vhost}`)).rejects.toThrow('404');
    expect(await mayLogIn('sesame', self())).toBe(true);
  });

  test('is not deleted by a plan that someone else saved', async () => {
    const owned = { users: [self()] };
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ manage: owned }));
    await topo(['plan', '--out', 'plan.json']);
    const args = ['apply', 'plan.json', '--yes', '--allow-deletes', '1'];
    expect(await topo(args, asSelf())).toMatchObject({ code: 4 });
    expect(await mayLogIn('sesame', self())).toBe(true);
    expect(await topo(args)).toMatchObject({ code: 0 });
  });
});

test('a user with open connections is deleted only as agreed', async () => {
  await api('PUT', `users/${ci()}`, { password: 'sesame', tags: '' });
  await api('PUT', `permissions/%2F/${ci()}`, { configure: '', write: '', read: '' });
  const { host } = new URL(broker.amqpUrl);
  const open = await connect(`amqp://${ci()}:sesame@${host}`);
  open.on('error', () => undefined);
  atEnd(() => open.close().catch(() => undefined));
  await expect
    .poll(async () => (await api('GET', `connections?columns=user`)) as { user: string }[])
    .toContainEqual({ user: ci() });
  const owned = { manage: { users: [ci()] } };
  await writeFile(join(folder, 'topology.yaml'), JSON.stringify(owned));
  const agreed = ['--yes', '--allow-deletes', '1'];
  const refused = await topo(['apply', ...agreed]);
  expect(refused.code).toBe(4);
  expect(refused.out).toContain('1 connection would be closed');
  const address = `users/${ci()}`;
  expect(refused.out).toContain(`topo apply --allow-disconnect ${address}`);
  expect(await topo(['apply', ...agreed, '--allow-disconnect', address])).toMatchObject({
    code: 0,
  });
});

describe('a file is wrong', () => {
  const rows: [situation: string, entry: object, message: string][] = [
    ['an empty password', { password: '' }, 'RabbitMQ refuses every login with it'],
    ['two passwords', { password: 'a', generate: true }, 'both say what the password is'],
    ['a hash that is none', { password_hash: 'sesame!' }, 'the password_hash is no base64'],
    [
      'an algorithm that RabbitMQ does not bring',
      { password_hash: 'AAAA', hashing_algorithm: 'rabbit_password_hashing_sha265' },
      'did you mean rabbit_password_hashing_sha256?',
    ],
    [
      'an algorithm without a hash',
      { password: 'a', hashing_algorithm: 'rabbit_password_hashing_md5' },
      'and there is none',
    ],
    ['an unknown limit', { limits: { 'max-connection': 1 } }, 'did you mean max-connections?'],
    ['a limit that is no number', { limits: { 'max-channels': '1' } }, 'is the string "1"'],
  ];
  test.each(rows)('with %s', async (_, entry, message) => {
    await declare(entry);
    expect(await topo(['validate'])).toMatchObject({
      code: 3,
      err: expect.stringContaining(message) as string,
    });
  });

  test('with a permission of a user who is not there, or would go', async () => {
    const all = { configure: '.*', write: '.*', read: '.*' };
    const permissions = [{ user: ci(), ...all }];
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ permissions }));
    expect((await topo(['plan'])).err).toContain('is declared, and the user does not exist');
    await api('PUT', `users/${ci()}`, { password: 'a', tags: '' });
    const manage = { users: [ci()] };
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ manage, permissions }));
    expect((await topo(['plan'])).err).toContain('the user would be deleted, as manage owns it');
  });
});
