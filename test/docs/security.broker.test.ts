// The rights in docs/security.md are enough, and no more than that.
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import type { Ended } from '../cli/call.ts';
import { callTopo } from '../cli/topo.ts';
import { isBefore } from '../version.ts';
import { root } from './clone.ts';

const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
const blocks = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);

const folder = await mkdtemp(join(tmpdir(), 'topo-security-'));
let vhost = '';
const admin = { RABBITMQ_USERNAME: broker.username, RABBITMQ_PASSWORD: broker.password };
const amqp = new URL(broker.amqpUrl);
/** Without a user: that of AMQP would win. */
const where = { RABBITMQ_ENDPOINT: broker.endpoint, AMQP_URL: `amqp://${amqp.host}` };
/** By the names that the document gives them. */
const users = new Map<string, string>();
afterAll(async () => {
  await rm(folder, { recursive: true });
  for (const user of users.values()) await api('DELETE', `users/${user}`);
});

type Env = Readonly<Record<string, string>>;
async function topo(who: Env, ...args: string[]): Promise<Ended> {
  const ended = await callTopo(args, folder, { ...where, ...who });
  // What is printed where the machine is slow.
  return { ...ended, err: ended.err.replaceAll(/^(reading|waiting| ?apply \[).*\n/gm, '') };
}

const seed = readFileSync(join(root, 'topology.yaml'), 'utf8');
/** The README's topology with a few words changed. */
const writeTopology = (change: (seed: string) => string = (same) => same): Promise<void> =>
  writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\n${change(seed)}`);

/** What rabbitmqctl would do, in this test's vhost, to users of this test. */
async function rabbitmqctl([verb, ...args]: readonly string[]): Promise<void> {
  switch (verb) {
    case 'add_user': {
      const [name = '', , file = ''] = args;
      users.set(name, `${name}-${vhost}`);
      await writeFile(join(folder, file), `secret of ${name}\n`);
      return putUser(name, '');
    }
    case 'set_user_tags':
      return putUser(args[0] ?? '', args.slice(1).join(','));
    case 'set_permissions': {
      const [, place, name = '', ...rights] = args;
      expect(place).toBe('/');
      const [configure, write, read] = rights.map((right) => right.replace(/^'(.*)'$/, '$1'));
      const path = `permissions/${vhost}/${users.get(name) ?? ''}`;
      await api('PUT', path, { configure, write, read });
      return;
    }
    default:
      throw new Error(`rabbitmqctl ${verb ?? ''}`);
  }
}

async function putUser(name: string, tags: string): Promise<void> {
  await api('PUT', `users/${users.get(name) ?? ''}`, { password: `secret of ${name}`, tags });
}

/** A block as a shell would run it, and how the last topo of it ended. */
async function run(block: string): Promise<{ who: Env; ended: Ended[] }> {
  const ended: Ended[] = [];
  let who: Env = {};
  for (const line of block.trim().split('\n')) {
    const [program, ...args] = line.split(' ');
    if (program === 'export') who = { ...who, ...settingsOf(args) };
    else if (program === 'topo') ended.push(await topo(who, ...args));
    else await rabbitmqctl(args);
  }
  return { who, ended };
}

function settingsOf(words: readonly string[]): Env {
  const pairs = words.map((word) => word.split('='));
  const named = Object.fromEntries(pairs) as Record<string, string>;
  const user = users.get(named['RABBITMQ_USERNAME'] ?? '') ?? '';
  return { ...named, RABBITMQ_USERNAME: user };
}

const blockWith = (word: string): string => blocks.find((block) => block.includes(word)) ?? '';
const names = async (kind: string): Promise<string[]> => {
  const all = (await api('GET', `${kind}/${vhost}?columns=name`)) as { name: string }[];
  return all
    .map(({ name }) => name)
    .filter((name) => !/^$|^amq\./.test(name))
    .sort();
};
const steps = ({ out }: Ended): unknown =>
  (JSON.parse(out) as { steps: unknown; refusals: unknown }).steps;

/** Each user has a vhost of its own. */
async function beginAnew(): Promise<void> {
  vhost = await freshVhost();
  await writeTopology();
}

describe('the user that applies', { shuffle: false }, () => {
  beforeAll(beginAnew);
  let who: Env = {};
  test('makes the topology of the README', async () => {
    await run(blockWith('add_user topo-apply'));
    const { who: user, ended } = await run(blockWith('topo apply'));
    who = user;
    expect(ended).toMatchObject([{ code: 0, err: '' }]);
    expect(ended[0]?.out).toContain('Apply: 7 created');
  });

  test.each<[string, string[], (text: string) => string]>([
    ['scales it up', ['--var', 'workers=5'], (same) => same],
    ['and down, which deletes', ['--var', 'workers=3', '--allow-deletes', '4'], (same) => same],
    [
      'replaces the exchange with its bindings',
      [],
      (same) => same.replace('type: direct', 'type: topic'),
    ],
    [
      'replaces the queues with their bindings',
      [],
      (same) =>
        same
          .replace('type: direct', 'type: topic')
          .replace(
            '${n}\n    durable: true',
            '${n}\n    arguments: { x-max-length: 5, x-queue-type: quorum }',
          ),
    ],
  ])('%s', async (_, flags, change) => {
    await writeTopology(change);
    const ended = await topo(who, 'apply', '--yes', ...flags);
    expect(ended).toMatchObject({ code: 0, err: '' });
    const left = await topo(who, 'plan', '--detailed-exitcode', ...flags.slice(0, 2));
    expect(left).toMatchObject({ code: 0 });
  });

  test.each([
    ['configure', { configure: '^$' }, 'needs configure on "worker_queue_4"', 1],
    // The queue is made, and its binding is not.
    ['write', { write: '^$' }, 'needs write on "worker_queue_4"', 6],
    ['read', { read: '^$' }, 'read on "ml_tasks"', 1],
  ])('needs %s', async (_, less, hint, ends) => {
    const path = `permissions/${vhost}/${who['RABBITMQ_USERNAME'] ?? ''}`;
    const rights = (await api('GET', path)) as object;
    await api('PUT', path, { ...rights, ...less });
    const { code, out } = await topo(who, 'apply', '--yes', '--var', 'workers=4');
    await api('PUT', path, rights);
    expect({ code, out }).toMatchObject({
      code: ends,
      out: expect.stringContaining(hint) as string,
    });
  });

  test('needs read and write for messages that are sent on', async () => {
    const path = `permissions/${vhost}/${who['RABBITMQ_USERNAME'] ?? ''}`;
    const rights = (await api('GET', path)) as object;
    const queue = '{ name: worker_queue_x, arguments: { x-dead-letter-exchange: ml_tasks } }';
    const exchange =
      '{ name: ml_tasks_x, type: fanout, arguments: { alternate-exchange: ml_tasks } }';
    const file = `vhost: ${vhost}\nqueues: [${queue}]\nexchanges: [${exchange}]\n`;
    await writeFile(join(folder, 'onward.yaml'), file);
    expect(await topo(who, 'apply', 'onward.yaml', '--yes')).toMatchObject({ code: 1 });
    const more = { write: '^ml_tasks$', read: '^(worker_queue_x|ml_tasks_x)$' };
    await api('PUT', path, { ...rights, ...more });
    expect(await topo(who, 'apply', 'onward.yaml', '--yes')).toMatchObject({ code: 0 });
    await api('PUT', path, rights);
    await api('DELETE', `queues/${vhost}/worker_queue_x`);
    await api('DELETE', `exchanges/${vhost}/ml_tasks_x`);
  });

  test('is refused what is not of the files', async () => {
    await api('PUT', `queues/${vhost}/payments`, {});
    await api('PUT', `exchanges/${vhost}/prices`, { type: 'fanout' });
    const file = 'manage: all\nexchanges: [{ name: ml_tasks, type: topic }]\n';
    await writeFile(join(folder, 'theirs.yaml'), `vhost: ${vhost}\n${file}`);
    const { code, out } = await topo(who, 'apply', 'theirs.yaml', '--yes', '--allow-deletes', '9');
    expect(code).toBe(6);
    expect(out).toMatch(/payments.*\n.*configure on "payments"/);
    expect(await names('queues')).toEqual(['payments']);
    expect(await names('exchanges')).toEqual(['ml_tasks', 'prices']);
  });
});

describe('the user that plans and exports', { shuffle: false }, () => {
  let who: Env = {};
  beforeAll(async () => {
    await beginAnew();
    await api('PUT', `queues/${vhost}/payments`, {});
    await writeTopology((same) =>
      same.replace('${n}\n    durable', '${n}\n    type: quorum\n    durable'),
    );
    await topo(admin, 'apply', '--yes');
    await run(blockWith('add_user topo-plan'));
  });

  test('sees what an administrator sees', async () => {
    const { who: user, ended } = await run(blockWith('topo plan'));
    who = user;
    expect(ended).toMatchObject([
      { code: 0, err: '' },
      {
        code: 0,
        err: expect.stringMatching(/^wrote exported.yaml\nnote: this is not a backup: /) as string,
      },
    ]);
    const exported = await readFile(join(folder, 'exported.yaml'), 'utf8');
    const { out } = await topo(admin, 'export', '--vhost', vhost);
    expect(exported.replace(/\nvhosts:\n.*\n/, '')).toBe(out);
    expect(exported).toContain('payments');
  });

  test('counts quorum queues exactly', async () => {
    await api('POST', `exchanges/${vhost}/ml_tasks/publish`, {
      routing_key: 'worker_queue_3',
      payload: 'x',
      payload_encoding: 'string',
      properties: { delivery_mode: 2 },
    });
    const args = ['plan', '--format', 'json', '--var', 'workers=2'];
    if (!isBefore(4, 3)) {
      const { out } = await topo(who, ...args);
      expect(JSON.parse(out)).toMatchObject({ summary: { refused: 1 } });
      await run(blockWith("'^$' '^$' '^worker_queue_'"));
    }
    const plans = [await topo(who, ...args), await topo(admin, ...args)];
    expect(plans).toMatchObject([{ code: 0 }, { code: 0 }]);
    const [own, ofAdmin] = plans.map(steps);
    expect(own).toEqual(ofAdmin);
    expect(JSON.stringify(own)).toContain('"ready":1');
  });

  test('can change nothing', async () => {
    const before = [await names('queues'), await names('exchanges')];
    const flags = ['--yes', '--var', 'workers=4'];
    expect(await topo(who, 'apply', ...flags)).toMatchObject({ code: 1 });
    expect([await names('queues'), await names('exchanges')]).toEqual(before);
  });

  test('sees no other vhost', async () => {
    const other = await freshVhost();
    const { code, err } = await topo(who, 'export', '--vhost', other);
    expect({ code, err }).toMatchObject({
      code: 3,
      err: expect.stringContaining('may not see it') as string,
    });
  });

  test('without the tag, or without a permission, topo says what is missing', async () => {
    const name = 'topo-plan';
    await putUser(name, '');
    expect((await topo(who, 'plan')).err).toMatch(/management/);
    await putUser(name, 'management');
    await api('DELETE', `permissions/${vhost}/${users.get(name) ?? ''}`);
    expect((await topo(who, 'plan')).err).toMatch(/permission/);
  });
});
