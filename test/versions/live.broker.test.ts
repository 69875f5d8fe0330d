// topo check-upgrade --live of a real broker: it holds what later versions refuse, ignore or treat
// differently, and each is found, by users of every tag as far as they may read.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/reconcile/upgrade.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { isBefore, version } from '../version.ts';

let vhost = '';
const tags = ['management', 'policymaker', 'monitoring', 'administrator'] as const;
const userOf = (tag: string): string => `upgrade-${tag}-${vhost}`;

interface Holding {
  readonly code: string;
  readonly subject: (user: string) => string;
  readonly path: (user: string) => string;
  readonly body: object;
  /** What --to 4.3 finds on 3.10 and on 4.0; undefined for no news there. */
  readonly effect: { readonly '3.10'?: string; readonly '4.0'?: string };
  /** The only one that can hold it. */
  readonly only?: '3.10';
  /** Who may read it. */
  readonly tags?: readonly string[];
}

const queue = (name: string, code: string, effect: Holding['effect'], args: object, more = {}) => ({
  ...{ code, effect, subject: () => `queue "${name}"`, path: () => `queues/${vhost}/${name}` },
  body: { durable: true, arguments: args, ...more },
});
const policy = (
  kind: 'policies' | 'operator-policies',
  code: string,
  effect: Holding['effect'],
  body: { pattern?: string; definition?: object },
) => {
  const words = kind === 'policies' ? 'policy' : 'operator policy';
  return {
    ...{
      code,
      effect,
      subject: () => `${words} "${code}"`,
      path: () => `${kind}/${vhost}/${code}`,
    },
    body: { pattern: '^none', 'apply-to': 'queues', definition: { 'max-length': 5 }, ...body },
  };
};
const binding = (code: string, source: string, key: string): Holding => ({
  code,
  subject: () => `binding "${source}" → "old"`,
  path: () => `bindings/${vhost}/e/${source}/q/old`,
  body: { routing_key: key },
  effect: { '3.10': 'refused', '4.0': 'refused' },
});

const always = { '3.10': 'refused', '4.0': 'refused' };
const escape = '^\\jobs';
const makers = ['policymaker', 'administrator'];
const quorum = { 'x-queue-type': 'quorum' };

const holdings: readonly Holding[] = [
  queue('old', 'classic-version-1', always, { 'x-queue-version': 1 }),
  queue('lazy', 'lazy-mode', { '3.10': 'ignored' }, { 'x-queue-mode': 'lazy' }),
  queue('unlimited', 'default-delivery-limit', { '3.10': 'different' }, quorum),
  queue('gone', 'transient-queue', { '3.10': 'deprecated' }, {}, { durable: false }),
  queue('located', 'queue-master-locator', always, { 'x-queue-master-locator': 'random' }),
  queue(
    'retried',
    'delayed-retry-min',
    { '3.10': 'different', '4.0': 'different' },
    { ...quorum, 'x-delivery-limit': 9, 'x-delayed-retry-min': 10 },
  ),
  binding('heavy-weight', 'hashed', '10001'),
  binding('topic-wildcards', 'amq.topic', '#.a.#.b.#'),
  policy('policies', 'pcre2-escape', always, { pattern: escape }),
  policy('operator-policies', 'pcre2-escape', always, { pattern: escape }),
  policy('policies', 'deprecated-policy-key', always, {
    definition: { 'queue-master-locator': 'random' },
  }),
  policy(
    'policies',
    'ignored-policy-key',
    { '3.10': 'ignored' },
    {
      definition: { 'queue-mode': 'lazy' },
    },
  ),
  {
    ...policy(
      'policies',
      'policy-key-version',
      { '3.10': 'refused' },
      {
        definition: { 'ha-mode': 'all' },
      },
    ),
    only: '3.10',
  },
  {
    code: 'pcre2-escape',
    subject: (user) => `permission of user "${user}"`,
    path: (user) => `permissions/${vhost}/${user}`,
    body: { configure: escape, write: '', read: '' },
    effect: always,
    tags: ['administrator'],
  },
  {
    code: 'pcre2-escape',
    subject: (user) => `topic permission of user "${user}" on exchange "amq.topic"`,
    path: (user) => `topic-permissions/${vhost}/${user}`,
    body: { exchange: 'amq.topic', write: escape, read: '' },
    effect: always,
    tags: ['administrator'],
  },
  {
    code: 'parameter-key-version',
    subject: () => 'federation-upstream "elsewhere"',
    path: () => `parameters/federation-upstream/${vhost}/elsewhere`,
    body: { value: { uri: 'amqp://localhost', 'ha-policy': 'all' } },
    effect: { '3.10': 'refused' },
    only: '3.10',
    tags: makers,
  },
];

const here = isBefore(4) ? '3.10' : '4.0';
const held = holdings.filter(({ only = here }) => only === here);

interface Report {
  readonly from: string;
  readonly unchecked: readonly string[];
  readonly findings: readonly Finding[];
}

async function upgrade(tag: string, ...more: string[]) {
  const args = ['check-upgrade', '--live', '--format', 'json', '--detailed-exitcode', ...more];
  const as = { RABBITMQ_USERNAME: userOf(tag), RABBITMQ_PASSWORD: 'sesame' };
  const { code, out, err } = await callTopo(args, '.', { ...env, ...as, AMQP_URL: '' });
  // Of the whole broker, it warns of what other tests' runs have not ended.
  expect({ code, err: more.includes('--vhost') ? err : '' }).toEqual({ code: 2, err: '' });
  const report = JSON.parse(out) as Report;
  expect(report.from).toBe(version);
  return report;
}

const render = ({ effect, code, object }: Finding): string =>
  `${effect} ${code}: ${object?.subject ?? 'the broker'}`;

beforeAll(async () => {
  vhost = await freshVhost();
  for (const tag of tags) {
    await api('PUT', `users/${userOf(tag)}`, { password: 'sesame', tags: tag });
    const all = { configure: '.*', write: '.*', read: '.*' };
    await api('PUT', `permissions/${vhost}/${userOf(tag)}`, all);
  }
  if (!isBefore(4, 3)) return;
  await api('PUT', `users/${userOf('app')}`, { password: 'sesame', tags: '' });
  await api('PUT', `exchanges/${vhost}/hashed`, { type: 'x-consistent-hash', durable: true });
  for (const { path, body } of held) {
    const at = path(userOf('app'));
    await api(at.startsWith('bindings/') ? 'POST' : 'PUT', at, body);
  }
});
afterAll(async () => {
  for (const tag of [...tags, ...(isBefore(4, 3) ? ['app'] : [])])
    await api('DELETE', `users/${userOf(tag)}`);
});

const unreadBy: Readonly<Record<(typeof tags)[number], readonly string[]>> = {
  management: ['permission', 'topic_permission', 'parameter'],
  policymaker: ['permission', 'topic_permission'],
  monitoring: ['permission', 'topic_permission', 'parameter'],
  administrator: [],
};

describe.runIf(isBefore(4, 3))('from a version before 4.3', () => {
  test.each(tags)('a user with the tag %s finds what it may read', async (tag) => {
    const { findings, unchecked } = await upgrade(tag, '--to', '4.3', '--vhost', vhost);
    const mayRead = held.filter(({ tags: who }) => who === undefined || who.includes(tag));
    const expected = mayRead.flatMap(({ code, effect, subject }) => {
      const found = effect[here];
      return found === undefined ? [] : `${found} ${code}: ${subject(userOf('app'))}`;
    });
    const about = isBefore(3, 13) ? ['refused long-way: the broker'] : [];
    expect(findings.map(render).sort()).toEqual([...about, ...expected].sort());
    expect(unchecked).toEqual(unreadBy[tag]);
  });

  test('of the whole broker, the same is found in this vhost', async () => {
    const whole = await upgrade('administrator', '--to', '4.3');
    const part = await upgrade('administrator', '--to', '4.3', '--vhost', vhost);
    const isHere = ({ object }: Finding) => object?.vhost === vhost;
    expect(whole.findings.filter(isHere).map(render)).toEqual(
      part.findings.filter(isHere).map(render),
    );
  });

  test('what could not be read is said, with the tag that can', async () => {
    const as = { RABBITMQ_USERNAME: userOf('management'), RABBITMQ_PASSWORD: 'sesame' };
    const args = ['check-upgrade', '--live', '--to', '4.3', '--vhost', vhost];
    const given = { ...env, ...as, AMQP_URL: '' };
    const { code, out } = await callTopo(args, '.', given);
    expect(code).toBe(0);
    expect(out).toContain(
      'not checked: permissions, topic permissions, parameters: this user may not read them',
    );
    expect(out).toContain(`give the user the tag administrator: `);
    const markdown = await callTopo([...args, '--format', 'markdown'], '.', given);
    expect(markdown.out).toContain('**Not checked**: permissions, topic permissions, parameters');
  });
});

test('an older version is refused as a whole', async () => {
  const { findings } = await upgrade('administrator', '--to', '3.10.0', '--vhost', vhost);
  expect(findings.map(render)).toContain('refused downgrade: the broker');
});

test('its own version has no news', async () => {
  const args = ['check-upgrade', '--live', '--to', version, '--vhost', vhost];
  const { code, out } = await callTopo([...args, '--detailed-exitcode'], '.', env);
  expect(code).toBe(0);
  expect(out).toContain(`${broker.endpoint} (RabbitMQ ${version}) → RabbitMQ ${version}`);
  expect(out).toContain('Nothing found');
});
