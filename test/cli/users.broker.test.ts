// Users: the one that topo runs as, those with connections, and what is wrong in a file.
import { connect } from 'amqplib';
import { beforeEach, describe, expect, test } from 'vitest';
import { atEnd } from '../at-end.ts';
import { api, broker } from '../broker.ts';
import { layUsers } from './users-bed.ts';

const { own, ci, writeTopology, declare, topo, mayLogIn } = layUsers();

describe('the user that topo runs as', () => {
  const self = (): string => own('-self');
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
    const owned = { users: [own('*')], permissions: [own('*')] };
    await api('PUT', `users/${ci()}`, { password: 'x', tags: '' });
    await writeTopology({ manage: owned });
    const { code, err, out } = await topo(['apply', '--yes', '--allow-deletes', '1'], asSelf());
    expect(code).toBe(0);
    expect(out + err).toContain(`user "${self()}" is not declared, and stays`);
    expect(out).toContain('1 deleted');
    expect(await mayLogIn('sesame', self())).toBe(true);
  });

  test('changes only with --allow-self, and topo goes on with its new password', async () => {
    const users = [{ name: self(), tags: ['administrator', 'a'], password: '${env:NEW}' }];
    await writeTopology({ users });
    const given = { ...asSelf(), NEW: 'newer' };
    const refused = await topo(['apply', '--yes'], given);
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.out).toContain('topo apply --allow-self; it is done last');
    const { code, out } = await topo(['apply', '--yes', '--allow-self'], given);
    expect([code, out]).toEqual([0, expect.stringContaining('the broker matched at')]);
    expect(await mayLogIn('newer', self())).toBe(true);
  });

  test('is given a permission in a new vhost, and loses it with the vhost', async () => {
    const vhost = own('-vhost');
    const declared = {
      vhosts: [{ name: vhost }],
      permissions: [{ user: self(), vhost, configure: '.*', write: '.*', read: '.*' }],
    };
    await writeTopology(declared);
    expect(await topo(['apply', '--yes'], asSelf())).toMatchObject({ code: 0 });
    expect(await topo(['destroy', '--yes'], asSelf())).toMatchObject({ code: 0 });
    await expect(api('GET', `vhosts/${vhost}`)).rejects.toThrow('404');
    expect(await mayLogIn('sesame', self())).toBe(true);
  });

  test('is not deleted by a plan that someone else saved', async () => {
    const owned = { users: [self()] };
    await writeTopology({ manage: owned });
    await topo(['plan', '--out', 'plan.json']);
    const args = ['apply', 'plan.json', '--yes', '--allow-deletes', '1'];
    expect(await topo(args, asSelf())).toMatchObject({ code: 4 });
    expect(await mayLogIn('sesame', self())).toBe(true);
    expect(await topo(args)).toMatchObject({ code: 0 });
  });
});

test('a user stays with a permission that is protected, though no file owns permissions', async () => {
  await api('PUT', `users/${ci()}`, { password: 'x', tags: '' });
  await api('PUT', `permissions/%2F/${ci()}`, { configure: '', write: '', read: '' });
  const manage = { users: [ci()] };
  await writeTopology({ vhost: '/', manage, protect: { permissions: [ci()] } });
  const flags = ['apply', '--yes', '--allow-deletes', '1'];
  const refused = await topo(flags);
  expect(refused).toMatchObject({ code: 4 });
  expect(refused.out).toContain('is protected and would be deleted with it');
  await writeTopology({ vhost: '/', manage });
  expect(await topo(flags)).toMatchObject({ code: 0 });
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
  await writeTopology(owned);
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
    await writeTopology({ permissions });
    expect((await topo(['plan'])).err).toContain('is declared, and the user does not exist');
    await api('PUT', `users/${ci()}`, { password: 'a', tags: '' });
    const manage = { users: [ci()] };
    await writeTopology({ manage, permissions });
    expect((await topo(['plan'])).err).toContain('the user would be deleted, as manage owns it');
  });
});
