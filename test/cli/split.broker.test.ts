// topo export --split and --match: a broker is divided among teams, and the parts make it again.
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, broker, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

let vhost = '';
let folder = '';
beforeAll(async () => {
  vhost = await freshVhost();
  await fillVhost();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-split-'));
  const now = folder;
  return () => rm(now, { recursive: true });
});

const topo = (...args: string[]) => callTopo(args, folder, env);
const read = (file: string) => readFile(join(folder, file), 'utf8');
const split = (...args: string[]) => topo('export', '--vhost', vhost, ...args);
const teams = ['--split', 'orders.*=orders.yaml', '--split', 'billing.*=billing.yaml'];
const set = ['orders.yaml', 'billing.yaml', 'rest.yaml'];

async function fillVhost(): Promise<void> {
  const own = { vhost, durable: true, auto_delete: false, arguments: {} };
  const exchanges = [
    { ...own, name: 'orders.events', type: 'topic', internal: false },
    { ...own, name: 'billing.events', type: 'headers', internal: false },
    { ...own, name: 'shared', type: 'fanout', internal: false },
  ];
  const names = ['orders.new', 'orders.audit.log', 'billing.paid', 'other'];
  const queues = names.map((name) => ({ ...own, name }));
  const to = (source: string, destination: string, routing_key = '', args = {}) => ({
    vhost,
    source,
    destination,
    routing_key,
    arguments: args,
    destination_type:
      destination.endsWith('.events') || destination.startsWith('amq.') ? 'exchange' : 'queue',
  });
  const bindings = [
    to('orders.events', 'orders.new', 'new.#'),
    to('orders.events', 'billing.paid', 'paid.#'),
    to('orders.events', 'billing.paid', 'paid.#', { x: 1.0, y: 'z' }),
    to('orders.events', 'billing.events', '#'),
    to('orders.events', 'amq.fanout', 'all'),
    to('billing.events', 'orders.new', '', { 'x-match': 'any', kind: 'bill' }),
    to('amq.topic', 'orders.audit.log', 'audit.#'),
    to('amq.direct', 'amq.topic', 'k'),
    to('shared', 'other'),
  ];
  await api('POST', `definitions/${vhost}`, { exchanges, queues, bindings });
}

/** All that the vhost holds, without counts. */
async function holdings(): Promise<unknown> {
  const { exchanges, queues, bindings } = (await api('GET', `definitions/${vhost}`)) as Record<
    string,
    object[]
  >;
  const sorted = (list: object[] = []) => list.map((one) => JSON.stringify(one)).sort();
  return [exchanges, queues, bindings].map(sorted);
}

describe('--split', () => {
  test('writes files that plan to nothing, alone and together, and rebuild an empty vhost', async () => {
    const before = await holdings();
    const { code, out, err } = await split(...teams, '--rest', 'rest.yaml');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err.split('\n').slice(0, 4)).toEqual([
      'wrote orders.yaml: 1 exchange, 2 queues, 4 bindings',
      'wrote billing.yaml: 1 exchange, 1 queue, 3 bindings',
      'wrote rest.yaml: 1 exchange, 1 queue, 2 bindings',
      'they are one topology: topo plan orders.yaml billing.yaml rest.yaml',
    ]);
    for (const file of set) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    const billing = await read('billing.yaml');
    expect(billing).toContain("by topo export --split 'billing.*=billing.yaml'.\n");
    expect(billing.match(/source: .*/g)).toEqual(Array(3).fill('source: orders.events'));
    expect(await read('orders.yaml')).toMatch(/source: orders.events\n +destination: amq.fanout/);

    for (const files of [set, ...set.map((file) => [file])]) {
      const { code: ended, out: plan } = await topo('plan', ...files, '--detailed-exitcode');
      expect({ ended, plan }).toMatchObject({ ended: 0 });
    }
    const all = { configure: '.*', write: '.*', read: '.*' };
    await api('DELETE', `vhosts/${vhost}`);
    await api('PUT', `vhosts/${vhost}`);
    await api('PUT', `permissions/${vhost}/${broker.username}`, all);
    const applied = await topo('apply', ...set, '--yes');
    expect(applied.out).toMatch(/^Apply: 16 created .* the broker matched/m);
    expect(await holdings()).toEqual(before);

    const texts = await Promise.all(set.map(read));
    const again = await split(...teams, '--rest', 'rest.yaml');
    expect(again).toMatchObject({ code: 3, out: '' });
    expect(again.err).toContain('--split orders.yaml: the file exists already');
    expect(await Promise.all(set.map(read))).toEqual(texts);
  });

  test('takes the first pattern that matches, several for one file, and reports the rest', async () => {
    await symlink('.', join(folder, 'same'));
    const { code, err } = await split(
      ...['--split', '*.audit.*=audit.yaml', '--split', 'orders.*=teams.yaml'],
      ...['--split', 'billing.*=same/teams.yaml'],
    );
    expect({ code, lines: err.split('\n').slice(0, 4) }).toEqual({
      code: 0,
      lines: [
        'wrote audit.yaml: 0 exchanges, 1 queue, 1 binding',
        'wrote teams.yaml: 2 exchanges, 2 queues, 6 bindings',
        'they are one topology: topo plan audit.yaml teams.yaml',
        'note: no --split matches 1 exchange, 1 queue, 2 bindings: --rest FILE writes them, too',
      ],
    });
    expect((await readdir(folder)).sort()).toEqual(['audit.yaml', 'same', 'teams.yaml']);
  });

  test('makes files own their names with --manage, unless two would own one', async () => {
    const { code } = await split(...teams, '--rest', 'rest.yaml', '--manage', '--quiet');
    expect(code).toBe(0);
    const owned = "manage:\n  exchanges: ['billing.*']\n  queues: ['billing.*']\n";
    expect(await read('billing.yaml')).toContain(owned);
    expect(await read('rest.yaml')).not.toContain('manage');
    for (const files of [set, ['orders.yaml'], ['billing.yaml']])
      expect(await topo('plan', ...files, '--detailed-exitcode')).toMatchObject({ code: 0 });
    const wide = ['--split', '*.audit.*=a.yaml', '--split', 'orders.*=o.yaml', '--manage'];
    const { err } = await split(...wide);
    expect(err).toContain(
      'a.yaml (*.audit.*) and o.yaml (orders.*) would both own "orders.audit.log"',
    );
  });

  test('splits several vhosts, each entry in its own', async () => {
    const other = await freshVhost();
    await api('PUT', `queues/${other}/orders.new`, { durable: true });
    await api('PUT', `queues/${other}/other`, { durable: true });
    const both = ['--vhost', other, '--split', 'orders.*=orders.yaml', '--rest', 'rest.yaml'];
    expect(await split(...both, '--quiet')).toEqual({ code: 0, out: '', err: '' });
    const { code } = await topo('plan', 'orders.yaml', 'rest.yaml', '--detailed-exitcode');
    expect(code).toBe(0);
    expect(await read('orders.yaml')).not.toContain('vhost: /\n');
  });

  const wrong: [string, string[], string][] = [
    ['a pattern without a file', ['--split', 'orders.*'], 'does not name a pattern and a file'],
    ['a file without a pattern', ['--split', '=orders.yaml'], 'does not name a pattern and a file'],
    ['stdout', ['--split', 'orders.*=-'], 'does not name a pattern and a file'],
    ['--into', [...teams, '--into', 'a.yaml'], '--split and --into'],
    ['--output', [...teams, '--output', 'a.yaml'], '--split and --output'],
    ['--match', [...teams, '--match', 'a*'], '--split and --match'],
    ['definitions', [...teams, '--format', 'definitions'], '--split and --format definitions'],
    [
      '--rest alone',
      ['--rest', 'rest.yaml'],
      '--rest goes with --split: it takes what no --split matches',
    ],
    ['--rest on stdout', [...teams, '--rest', '-'], '--rest - names no file'],
    ['files to read', [...teams, 'a.yaml'], 'export reads the broker, and no file such as a.yaml'],
    [
      'a pattern that matches nothing',
      [...teams, '--split', 'order?=c.yaml'],
      '--split order? matches nothing live',
    ],
    [
      'a pattern whose objects are taken',
      [...teams, '--split', 'orders.audit.*=c.yaml'],
      'an earlier --split takes everything that --split orders.audit.* matches',
    ],
    [
      'a folder that is not there',
      [...teams, '--rest', 'nowhere/rest.yaml'],
      "--rest nowhere/rest.yaml can't be written: ENOENT",
    ],
    ['a file that is there', ['--split', 'orders.*=hand.yaml'], 'the file exists already'],
    ['a device', ['--split', 'orders.*=/dev/null'], 'the file exists already'],
  ];
  test.each(wrong)('with %s is refused, and writes nothing', async (_, args, why) => {
    await writeFile(join(folder, 'hand.yaml'), '# by hand');
    const flags = args.includes('--into') ? args : ['--vhost', vhost, ...args];
    const { code, out, err } = await topo('export', ...flags);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(why);
    expect(await readdir(folder)).toEqual(['hand.yaml']);
    expect(await read('hand.yaml')).toBe('# by hand');
  });
});

test('a = in a pattern is written \\=, one in a file as it is', async () => {
  await api('PUT', `queues/${vhost}/k=v`, { durable: true });
  expect(await split('--split', 'k\\=*=a=b.yaml', '--quiet')).toMatchObject({ code: 0 });
  expect(await read('a=b.yaml')).toContain("name: 'k=v'");
  await api('DELETE', `queues/${vhost}/k=v`);
});

test('--match of two teams writes each binding once, and reports what it leaves to the other', async () => {
  const orders = await split('--match', 'orders.*', '--output', 'orders.yaml');
  expect(orders.err).toContain(
    'note: 3 bindings lead from here to other names: a binding goes with its destination',
  );
  await split('--match', 'billing.*', '--output', 'billing.yaml');
  const { code, out, err } = await topo(
    'plan',
    'orders.yaml',
    'billing.yaml',
    '--detailed-exitcode',
  );
  expect({ code, out, err }).toMatchObject({ code: 0, err: '' });
  expect(out).toContain('Plan: nothing to do · 12 unchanged · 4 unmanaged');
});

describe('an export reports what it leaves out', () => {
  const user = 'split-reader';
  beforeAll(async () => {
    await api('PUT', `policies/${vhost}/p`, { pattern: '^none$', definition: { 'max-length': 5 } });
    await api('PUT', `operator-policies/${vhost}/o`, {
      pattern: '^none$',
      definition: { 'max-length': 5 },
    });
    await api('PUT', `users/${user}`, { password: 'sesame', tags: 'management' });
    await api('PUT', `permissions/${vhost}/${user}`, { configure: '', write: '', read: '' });
  });
  afterAll(() => api('DELETE', `users/${user}`));

  test.each(['yaml', 'definitions'])('as %s', async (format) => {
    const { err } = await split('--format', format, '--output', 'out');
    expect(err).toContain(
      'note: this is not a backup: messages are not in it\n' +
        '      nor are vhosts, users and permissions: leave out --vhost to export those\n',
    );
  });

  test('with what the user may not read, but not with --quiet', async () => {
    const who = { ...env, RABBITMQ_USERNAME: user, RABBITMQ_PASSWORD: 'sesame' };
    const args = ['export', '--vhost', vhost, '--output', 'out'];
    const { err } = await callTopo(args, folder, who);
    expect(err).toContain(
      '      nor are vhosts, users and permissions: leave out --vhost to export those\n' +
        '      nor are parameters, which this user may not read\n',
    );
    expect(await callTopo([...args, '--quiet'], folder, who)).toMatchObject({ err: '' });
  });
});
