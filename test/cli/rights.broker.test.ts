// What users of each tag can plan, apply and export, kind by kind.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, broker, env, freshVhost } from '../broker.ts';
import { testInWhole } from '../sample.ts';
import { callTopo } from './topo.ts';

const tags = ['management', 'policymaker', 'monitoring', 'administrator'] as const;
type Tag = (typeof tags)[number];

const all: readonly Tag[] = tags;
const makers: readonly Tag[] = ['policymaker', 'administrator'];
const administrator: readonly Tag[] = ['administrator'];

interface Row {
  /** Of a name that no other test uses. */
  readonly entry: (name: string) => object;
  /** Whose plans see whether it is there. */
  readonly plan: readonly Tag[];
  readonly apply: readonly Tag[];
  /** The path of what was made, below /api/. */
  readonly made: (name: string) => string;
  /** What must be there before. */
  readonly before?: (name: string) => [path: string, body: object];
}

let vhost = '';
let folder = '';
const here = (): string => encodeURIComponent(vhost);
const userOf = (tag: Tag): string => `rights-${tag}-${vhost}`;
const rights = { configure: '.*', write: '.*', read: '.*' };

beforeAll(async () => {
  vhost = await freshVhost();
  for (const tag of tags) {
    await api('PUT', `users/${userOf(tag)}`, { password: 'sesame', tags: tag });
    await api('PUT', `permissions/${here()}/${userOf(tag)}`, rights);
  }
  folder = await mkdtemp(join(tmpdir(), 'topo-rights-'));
});
afterAll(async () => {
  for (const tag of tags) await api('DELETE', `users/${userOf(tag)}`);
  await rm(folder, { recursive: true });
});

const userBefore = (name: string): [string, object] => [
  `users/${name}`,
  { password: 'a', tags: '' },
];
const policy = { pattern: '^none$', definition: { 'max-length': 5 } };
const uri = 'amqp://nowhere.example';
const shovel = { 'src-uri': uri, 'src-queue': 'a', 'dest-uri': uri, 'dest-queue': 'b' };

const table: Record<string, Row> = {
  vhosts: {
    entry: (name) => ({ name }),
    plan: all,
    apply: administrator,
    made: (name) => `vhosts/${name}`,
  },
  users: {
    entry: (name) => ({ name, tags: [] }),
    plan: administrator,
    apply: administrator,
    made: (name) => `users/${name}`,
  },
  permissions: {
    entry: (user) => ({ user, vhost, ...rights }),
    plan: administrator,
    apply: administrator,
    made: (user) => `permissions/${here()}/${user}`,
    before: userBefore,
  },
  topic_permissions: {
    entry: (user) => ({ user, vhost, exchange: 'amq.topic', write: '.*', read: '.*' }),
    plan: administrator,
    apply: administrator,
    made: (user) => `topic-permissions/${here()}/${user}`,
    before: userBefore,
  },
  exchanges: {
    entry: (name) => ({ name, vhost, type: 'fanout' }),
    plan: all,
    apply: all,
    made: (name) => `exchanges/${here()}/${name}`,
  },
  queues: {
    entry: (name) => ({ name, vhost }),
    plan: all,
    apply: all,
    made: (name) => `queues/${here()}/${name}`,
  },
  bindings: {
    entry: (name) => ({ source: 'amq.fanout', destination: name, vhost }),
    plan: all,
    apply: all,
    made: (name) => `bindings/${here()}/e/amq.fanout/q/${name}/~`,
    before: (name) => [`queues/${here()}/${name}`, { durable: true }],
  },
  policies: {
    entry: (name) => ({ name, vhost, ...policy }),
    plan: all,
    apply: makers,
    made: (name) => `policies/${here()}/${name}`,
  },
  operator_policies: {
    entry: (name) => ({ name, vhost, ...policy }),
    plan: all,
    apply: administrator,
    made: (name) => `operator-policies/${here()}/${name}`,
  },
  parameters: {
    entry: (name) => ({ name, vhost, component: 'shovel', value: shovel }),
    plan: makers,
    apply: makers,
    made: (name) => `parameters/shovel/${here()}/${name}`,
  },
  global_parameters: {
    entry: (name) => ({ name, value: 5 }),
    plan: makers,
    apply: makers,
    made: (name) => `global-parameters/${name}`,
  },
};

describe.each(Object.entries(table))('%s', (section, row) => {
  describe.each(tags)('by a user with the tag %s', (tag) => {
    let name = '';
    const topo = (...args: string[]) => {
      const who = { RABBITMQ_USERNAME: userOf(tag), RABBITMQ_PASSWORD: 'sesame' };
      return callTopo(args, folder, { ...env, ...who, AMQP_URL: withoutUser(broker.amqpUrl) });
    };
    const declare = () =>
      writeFile(
        join(folder, 'topology.yaml'),
        JSON.stringify({ vhost, [section]: [row.entry(name)] }),
      );
    beforeEach(async () => {
      name = `rights-${section}-${tag}-${vhost}`;
      if (row.before) await api('PUT', ...row.before(name));
      await declare();
    });
    const missing = new RegExp(
      `may not (read|change) ${section.replace('_', ' ')} \\(.*\\n +hint: give the user the tag (policymaker|administrator): rabbitmqctl set_user_tags`,
    );

    test(`plan ${row.plan.includes(tag) ? 'works' : 'names the missing tag'}`, async () => {
      const { code, out, err } = await topo('plan');
      if (row.plan.includes(tag)) {
        expect([code, out]).toEqual([0, expect.stringContaining('1 to create')]);
      } else {
        expect([code, err]).toEqual([1, expect.stringMatching(missing)]);
      }
    });

    test(`apply ${row.apply.includes(tag) ? 'works' : 'names the missing tag, and writes nothing'}`, async () => {
      const { code, out, err } = await topo('apply', '--yes');
      if (row.apply.includes(tag)) {
        expect([code, out]).toEqual([0, expect.stringContaining('1 created')]);
        await clean();
      } else {
        expect([code, err]).toEqual([1, expect.stringMatching(missing)]);
        await expect(found()).resolves.toBe(false);
      }
    });

    testInWhole(
      `export ${row.plan.includes(tag) ? 'has it' : 'says that it does not have them'}`,
      async () => {
        const { code, err } = await topo('export', '--output', 'exported.yaml');
        expect(code).toBe(0);
        const unread = /nor are (.*), which this user may not read/.exec(err)?.[1] ?? '';
        const isUnread = unread.split(', ').includes(section.replace('_', ' '));
        expect(isUnread).toBe(!row.plan.includes(tag));
      },
    );

    const found = async (): Promise<boolean> => {
      const answer = await api('GET', row.made(name)).catch(() => []);
      return !Array.isArray(answer) || answer.length > 0;
    };
    const clean = async (): Promise<void> => {
      expect(await found()).toBe(true);
      await api('DELETE', row.made(name));
    };
  });
});

test('what may be read is planned, if the files need no more', async () => {
  const who = { RABBITMQ_USERNAME: userOf('management'), RABBITMQ_PASSWORD: 'sesame' };
  const name = `rights-mixed-${vhost}`;
  await api('PUT', `users/${name}`, { password: 'a', tags: '' });
  await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ vhost, queues: [{ name }] }));
  const { code, out } = await callTopo(['plan'], folder, { ...env, ...who });
  expect([code, out]).toEqual([0, expect.stringContaining('1 to create')]);
  await callTopo(['export', '--output', 'exported.yaml'], folder, { ...env, ...who });
  expect(await readFile(join(folder, 'exported.yaml'), 'utf8')).not.toContain('users:');
  await api('DELETE', `users/${name}`);
});

const withoutUser = (url: string): string => url.replace(/\/\/.*@/, '//');
