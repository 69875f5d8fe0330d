// Asks the broker about each row of the table of policy keys: which values it takes, in which kind
// of policy, and which queues take the policy.
import { beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../../src/topology/json.ts';
import { hasPlugin } from '../../src/topology/plugins.ts';
import { policyKeys, type PolicyKey } from '../../src/topology/policy-keys.ts';
import { policyRules, type PolicyFields } from '../../src/topology/policy-rules.ts';
import { idleIn, refusedIn } from '../../src/topology/policy-versions.ts';
import { toTable } from '../../src/topology/value.ts';
import { isWithin } from '../../src/topology/versions.ts';
import { api, freshVhost } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import { broker } from '../broker.ts';

let vhost = '';
let version = '';
let exchange_types: ReadonlySet<string>;

interface Overview {
  readonly rabbitmq_version: string;
  readonly exchange_types: readonly { readonly name: string }[];
}

beforeAll(async () => {
  vhost = await freshVhost();
  const overview = (await api('GET', 'overview')) as Overview;
  version = overview.rabbitmq_version;
  exchange_types = new Set(overview.exchange_types.map(({ name }) => name));
});

const isKnown = ({ plugin }: PolicyKey): boolean =>
  plugin === undefined || hasPlugin(plugin, { exchange_types }) === 'yes';

/** JSON texts: a number is not always the same number. */
const values = [
  ...['-2', '-1', '0', '1', '2', '3', '15', '16', '255', '256', '4294967296', '9007199254740993'],
  ...['3000000000', '3000000001', '1.5', '1.0', 'true', '[]', '["a"]', '[1]', '{}', '""', '"5"'],
  ...['"text"', '"("', '"5D"', '"5X"', '"0D"', '"D"', '"all"', '"exactly"', '"nodes"', '"failed"'],
  ...['"returned"', '"disabled"', '"lazy"', '"default"', '"drop-head"', '"reject-publish"'],
  ...['"reject-publish-dlx"', '"at-most-once"', '"at-least-once"', '"client-local"', '"balanced"'],
  ...['"random"', '"least-leaders"', '"min-masters"', '"manual"', '"automatic"', '"always"'],
  '"when-synced"',
];

/** What a key needs beside it, for its own value to be what decides. */
const companions: Readonly<Record<string, string>> = {
  'ha-params': ',"ha-mode":"exactly"',
  'ha-sync-mode': ',"ha-mode":"all"',
  'ha-sync-batch-size': ',"ha-mode":"all"',
  'ha-promote-on-shutdown': ',"ha-mode":"all"',
  'ha-promote-on-failure': ',"ha-mode":"all"',
  'routing-key': ',"shards-per-node":1',
  'delayed-retry-type': ',"delayed-retry-min":10',
};

const sections = { policy: 'policies', operator_policy: 'operator-policies' } as const;
type PolicyKind = keyof typeof sections;

async function isTaken(kind: PolicyKind, name: string, policy: string): Promise<boolean> {
  const url = `${broker.endpoint}/api/${sections[kind]}/${vhost}/${name}`;
  const headers = { authorization: authorizationOf(broker), 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(5_000);
  return fetch(url, { method: 'PUT', headers, body: policy, signal }).then(
    ({ ok }) => ok,
    unanswered,
  );
}

/** 3.10 never answers some wrong values of queue-master-locator. */
function unanswered(error: unknown): boolean {
  if (error instanceof DOMException && error.name === 'TimeoutError') return false;
  throw error;
}

function foresee(kind: PolicyKind, text: string): boolean {
  const { definition, ...rest } = parseJson(text) as { definition: object };
  const fields = { kind, pattern: '', 'apply-to': 'all', ...rest, definition: toTable(definition) };
  return isAllowed(fields);
}

/** The broker's configuration permits nothing that is deprecated. */
function isAllowed(policy: PolicyFields): boolean {
  const denied = idleIn(version, policy).filter(({ code }) => code === 'deprecated-policy-key');
  const refused = [...policyRules.flatMap((rule) => rule(policy)), ...refusedIn(version, policy)];
  return [...refused, ...denied].length === 0;
}

const policyOf = (key: string, value: string): string =>
  `{"pattern":"^none$","definition":{"${key}":${value}${companions[key] ?? ''}}}`;

describe('the broker takes the values that topo takes', () => {
  test.for([...policyKeys.keys()])('%s', async (key, { skip }) => {
    const known = policyKeys.get(key);
    if (known === undefined || !isKnown(known)) return skip();
    const asked = (['policy', 'operator_policy'] as const).flatMap((kind) => {
      const some = kind === 'policy' || known.operator ? values : ['1', '"text"', '"all"'];
      return some.map((value) => ({ kind, value }));
    });
    const wrong = await Promise.all(
      asked.map(async ({ kind, value }, n) => {
        const policy = policyOf(key, value);
        const taken = await isTaken(kind, `${key}-${n}`, policy);
        return taken === foresee(kind, policy) ? [] : [`${kind} ${value}: ${String(taken)}`];
      }),
    );
    expect(wrong.flat()).toEqual([]);
  });
});

const whole: string[] = [
  '{"pattern":"","definition":{}}',
  '{"pattern":"","definition":{"max-lenght":5}}',
  '{"pattern":"","definition":{"max-length":5,"max-lenght":5}}',
  '{"pattern":"","definition":{"ha-params":2}}',
  '{"pattern":"","definition":{"ha-mode":"all","ha-params":2}}',
  '{"pattern":"","definition":{"ha-mode":"exactly"}}',
  '{"pattern":"","definition":{"ha-mode":"exactly","ha-params":["a"]}}',
  '{"pattern":"","definition":{"ha-mode":"nodes","ha-params":["a"]}}',
  '{"pattern":"","definition":{"ha-mode":"nodes","ha-params":2}}',
  '{"pattern":"","definition":{"routing-key":"a"}}',
  '{"pattern":"","definition":{"shards-per-node":2,"routing-key":"a"}}',
  '{"pattern":"","definition":{"federation-upstream":"a","federation-upstream-set":"b"}}',
  '{"pattern":"","definition":{"delayed-retry-type":"all"}}',
  '{"pattern":"","definition":{"delayed-retry-type":"disabled"}}',
  '{"pattern":"","definition":{"delayed-retry-min":20,"delayed-retry-max":10}}',
  '{"pattern":"","definition":{"delayed-retry-min":20,"delayed-retry-max":20}}',
  '{"pattern":"","definition":{"delayed-retry-max":20}}',
  ...['all', 'exchanges', 'queues', 'classic_queues', 'quorum_queues', 'streams', 'stream', ''].map(
    (applyTo) => `{"pattern":"","apply-to":"${applyTo}","definition":{"max-length":5}}`,
  ),
  ...[1024, 1025].map(
    (length) => `{"pattern":"${'a'.repeat(length)}","definition":{"max-length":5}}`,
  ),
];

test.for(whole)('the broker and topo agree on %s', async (policy, { skip }) => {
  const keys = Object.keys((parseJson(policy) as { definition: object }).definition);
  const known = keys.map((key) => policyKeys.get(key));
  if (known.some((one) => one !== undefined && !isKnown(one))) return skip();
  expect(foresee('policy', policy)).toBe(await isTaken('policy', 'whole', policy));
});

interface Row {
  readonly name: string;
  readonly policy?: string | null;
}

test('queues take the policies that topo says they take', async () => {
  const types = ['classic', 'quorum', 'stream'] as const;
  const own = await freshVhost();
  for (const type of types) {
    const body = { durable: true, arguments: { 'x-queue-type': type } };
    await api('PUT', `queues/${own}/${type}`, body);
  }
  const wrong: string[] = [];
  for (const [key, known] of policyKeys) {
    const body = policyOf(key, samples[key] ?? '1000');
    // A sharded exchange would get queues.
    if (known.plugin === 'rabbitmq_sharding' || !foresee('policy', body) || !isKnown(known))
      continue;
    await api('PUT', `policies/${own}/p`, { ...(JSON.parse(body) as object), pattern: '' });
    const rows = (await api('GET', `queues/${own}?disable_stats=true`)) as Row[];
    for (const { name, policy } of rows) {
      const bars = known.bars[name as (typeof types)[number]];
      const isTaker = bars === undefined || !isWithin(version, bars);
      if ((policy === 'p') !== isTaker) wrong.push(`${key} on ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** A good value for each key that isn't a plain number. */
const samples: Readonly<Record<string, string>> = {
  'queue-version': '2',
  'stream-filter-size-bytes': '20',
  'dead-letter-strategy': '"at-least-once"',
  'dead-letter-exchange': '"x"',
  'dead-letter-routing-key': '"x"',
  'alternate-exchange': '"x"',
  overflow: '"drop-head"',
  'max-age': '"1D"',
  'queue-mode': '"lazy"',
  'queue-leader-locator': '"balanced"',
  'queue-master-locator': '"random"',
  'delayed-retry-type': '"all"',
  'ha-mode': '"all"',
  'ha-params': '2',
  'ha-sync-mode': '"manual"',
  'ha-promote-on-shutdown': '"always"',
  'ha-promote-on-failure': '"always"',
  'federation-upstream': '"a"',
  'federation-upstream-set': '"a"',
  'federation-upstream-pattern': '"a"',
};
