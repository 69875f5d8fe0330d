// Asks the broker about each row of the tables of parameters' keys: which values it takes, which
// keys go together, and which URIs are URIs to it.
import { beforeAll, describe, expect, test } from 'vitest';
import { parseJson } from '../../src/topology/json.ts';
import { parameter } from '../../src/topology/kinds/parameter.ts';
import { queueArguments } from '../../src/topology/known-arguments.ts';
import type { KeyTable } from '../../src/topology/parameter-key.ts';
import { parameterRules } from '../../src/topology/parameter-rules.ts';
import { parameterRefusedIn } from '../../src/topology/parameter-versions.ts';
import { shovelKeys } from '../../src/topology/shovel-keys.ts';
import { setKeys, upstreamKeys } from '../../src/topology/upstream-keys.ts';
import { toTable } from '../../src/topology/value.ts';
import { broker, freshVhost, whileVhostsGo } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import { firstOf } from '../sample.ts';
import { version } from '../version.ts';

let vhost = '';
beforeAll(async () => {
  vhost = await freshVhost();
});

const headers = { authorization: authorizationOf(broker), 'content-type': 'application/json' };
let count = 0;

/** Deletes it again: a shovel would connect, again and again. */
async function isTaken(component: string, value: string): Promise<boolean> {
  const url = `${broker.endpoint}/api/parameters/${component}/${vhost}/p${++count}`;
  const body = `{"value":${value}}`;
  const { ok } = await whileVhostsGo(() => fetch(url, { method: 'PUT', headers, body }));
  if (ok) await fetch(url, { method: 'DELETE', headers });
  return ok;
}

function foresee(component: string, value: string): boolean {
  const raw = { component, name: 'p', value: parseJson(value) };
  const object = parameter.normalize(raw, vhost);
  const always = parameterRules.flatMap((rule) => rule(object));
  return [...always, ...parameterRefusedIn(version, object)].length === 0;
}

/** Values that the broker takes and topo doesn't, or the other way round. */
async function disagreements(component: string, values: readonly string[]): Promise<string[]> {
  const wrong = values.map(async (value) => {
    const taken = await isTaken(component, value);
    return taken === foresee(component, value) ? [] : `${value}: ${taken ? 'taken' : 'refused'}`;
  });
  return (await Promise.all(wrong)).flat();
}

/** JSON texts: a number is not always the same number. */
const values = [
  ...[
    '-1',
    '0',
    '1',
    '1.5',
    '5.0',
    'true',
    '""',
    '"5"',
    '"text"',
    '[]',
    '["a"]',
    '{}',
    '{"a":"b"}',
  ],
  ...['{"a":1}', '"no-ack"', '"on-publish"', '"on-confirm"', '"default"', '"never"', '"classic"'],
  ...[
    '"queue-length"',
    '"quorum"',
    '"stream"',
    '"multiple"',
    '"single"',
    '"amqp://a"',
    '["amqp://a"]',
  ],
  ...['["amqp://a",5]', '"http://a"', `"${'a'.repeat(255)}"`, `"${'a'.repeat(256)}"`],
  ...[
    '{"priority":1}',
    '{"priority":"1"}',
    '{"type":"a","no_such":1}',
    '{"name":"a","kind":"queue"}',
  ],
  ...['{"kind":"vhost"}', 'null'],
];

/** Each value that is taken starts a shovel: some texts are enough where all are taken. */
function valuesFor(key: string, known: KeyTable): readonly string[] {
  const kind = known.get(key)?.value.kind;
  if (kind === 'arguments') return values.filter((value) => !value.includes('priority'));
  if (kind !== 'text') return values;
  const texts = values.filter((value) => value.startsWith('"'));
  return values.filter((value) => !texts.includes(value) || texts.indexOf(value) < 3);
}

const uri = '"amqp://127.0.0.1:1"';
const ends = {
  src: {
    amqp091: `"src-uri":${uri},"src-queue":"a"`,
    amqp10: `"src-protocol":"amqp10","src-uri":${uri},"src-address":"a"`,
    local: `"src-protocol":"local","src-uri":${uri},"src-queue":"a"`,
  },
  dest: {
    amqp091: `"dest-uri":${uri},"dest-queue":"a"`,
    amqp10: `"dest-protocol":"amqp10","dest-uri":${uri},"dest-address":"a"`,
    local: `"dest-protocol":"local","dest-uri":${uri},"dest-queue":"a"`,
  },
} as const;
const protocols = ['amqp091', 'amqp10', 'local'] as const;

/** With a key of this value in place of its own. */
function withKey(base: string, key: string, value: string): string {
  const fields = Object.entries(JSON.parse(`{${base}}`) as object).filter(([name]) => name !== key);
  const texts = fields.map(([name, one]) => `"${name}":${JSON.stringify(one)}`);
  return `{${[...texts, `"${key}":${value}`].join(',')}}`;
}

/** What would exclude the key, or what it needs beside it. */
const companions: Readonly<Record<string, [from: string, to: string]>> = {
  'src-exchange': ['"src-queue":"a"', '"src-exchange-key":"k"'],
  'dest-exchange': ['"dest-queue":"a"', '"dest-exchange-key":"k"'],
};

const otherThan = { src: 'dest', dest: 'src' } as const;

const sides = protocols.flatMap((protocol) => [
  ['src', protocol] as const,
  ['dest', protocol] as const,
]);
describe.each(firstOf(sides, 2))(
  'the broker takes the values that topo takes: %s-protocol %s',
  (side, protocol) => {
    const src = side === 'src' ? ends.src[protocol] : ends.src.amqp091;
    const dest = side === 'dest' ? ends.dest[protocol] : ends.dest.amqp091;
    const base = `${src},${dest}`;
    const known = shovelKeys(toTable(JSON.parse(`{${base}}`) as object));
    const isAsked = (key: string) =>
      protocol === 'amqp091' ? !key.startsWith(otherThan[side]) : key.startsWith(side);

    test.each([...known.keys()].filter(isAsked))('%s', async (key) => {
      const [from, to] = companions[key] ?? ['', ''];
      const fitting = base.replace(from, to);
      const texts = valuesFor(key, known).map((value) => withKey(fitting, key, value));
      expect(await disagreements('shovel', texts)).toEqual([]);
    });
  },
);

test.each([...upstreamKeys.keys()])('upstream: %s', async (key) => {
  const texts = valuesFor(key, upstreamKeys).map((one) => withKey(`"uri":${uri}`, key, one));
  expect(await disagreements('federation-upstream', texts)).toEqual([]);
});

test.each([...setKeys.keys()])('upstream of a set: %s', async (key) => {
  const texts = valuesFor(key, setKeys).map((one) => `[${withKey('"upstream":"a"', key, one)}]`);
  expect(await disagreements('federation-upstream-set', texts)).toEqual([]);
});

describe('arguments in a shovel', () => {
  const samples: Readonly<Record<string, string>> = {
    'x-queue-type': '"classic"',
    'x-overflow': '"drop-head"',
    'x-dead-letter-exchange': '"x"',
    'x-dead-letter-routing-key': '"k","x-dead-letter-exchange":"x"',
    'x-dead-letter-strategy': '"at-most-once"',
    'x-single-active-consumer': 'true',
    'x-queue-mode': '"lazy"',
    'x-queue-master-locator': '"random"',
    'x-queue-leader-locator': '"balanced"',
    'x-delayed-retry-type': '"all"',
    'x-max-age': '"7D"',
    'x-stream-filter-size-bytes': '20',
    'x-stream-offset': '"first"',
    'x-cancel-on-ha-failover': 'true',
    'x-queue-version': '2',
    'x-message-deduplication': 'true',
  };
  test.each([...queueArguments.keys(), 'x-my-own', 'my-own'])('of queues: %s', async (name) => {
    const value = samples[name] ?? '1';
    const args = `{"${name}":${value}}`;
    const base = `${ends.src.amqp091},${ends.dest.amqp091}`;
    const texts = ['src-queue-args', 'dest-queue-args'].map((key) => withKey(base, key, args));
    expect(await disagreements('shovel', texts)).toEqual([]);
  });
  const names = ['x-priority', 'x-stream-offset', 'x-consumer-timeout', 'x-cancel-on-ha-failover'];
  test.each([...names, 'x-my-own'])('of consumers: %s', async (name) => {
    const base = `${ends.src.amqp091},${ends.dest.amqp091}`;
    const value = samples[name] ?? '1';
    expect(
      await disagreements('shovel', [withKey(base, 'src-consumer-args', `{"${name}":${value}}`)]),
    ).toEqual([]);
  });
});

const base = `${ends.src.amqp091},${ends.dest.amqp091}`;
const whole: [component: string, value: string][] = [
  ['shovel', '5'],
  ['shovel', '"text"'],
  ['shovel', '[]'],
  ['shovel', '{}'],
  ['shovel', `{${base}}`],
  ['shovel', `{${base},"src-quue":"a"}`],
  ['shovel', `{${base},"src-address":"a"}`],
  ['shovel', `{"src-uri":${uri},${ends.dest.amqp091}}`],
  ['shovel', `{"src-queue":"a",${ends.dest.amqp091}}`],
  ['shovel', `{${ends.src.amqp091}}`],
  ['shovel', `{${ends.src.amqp091},"dest-uri":${uri}}`],
  ['shovel', `{${base},"src-exchange":"x"}`],
  ['shovel', `{${base},"dest-exchange":"x"}`],
  ...protocols.flatMap((protocol) =>
    [
      '"no-ack","src-delete-after":5',
      '"no-ack","src-delete-after":"never"',
      '"on-publish","src-delete-after":5',
    ].map((more): [string, string] => [
      'shovel',
      `{${ends.src[protocol]},${ends.dest.amqp091},"ack-mode":${more}}`,
    ]),
  ),
  ['shovel', `{${base},"ack-mode":"no-ack","delete-after":5}`],
  ['shovel', `{${base},"ack-mode":"no-ack","src-delete-after":"never","delete-after":5}`],
  ['shovel', `{${base},"src-protocol":"amqp"}`],
  ['federation-upstream', '5'],
  ['federation-upstream', '[]'],
  ['federation-upstream', '{}'],
  ['federation-upstream', `{"uri":${uri},"upstream":"a"}`],
  ['federation-upstream', `{"uri":${uri},"prefetch_count":5}`],
  ['federation-upstream-set', '5'],
  ['federation-upstream-set', '[5]'],
  ['federation-upstream-set', '[]'],
  ['federation-upstream-set', '[{}]'],
  ['federation-upstream-set', '[{"upstream":"a"},{"upstream":"b","exchange":"x"}]'],
  ['federation-upstream-set', '[{"upstream":"a"},{"upstream":"b","exchnage":"x"}]'],
  ['federation-upstream-set', `[{"upstream":"a","uri":${uri}}]`],
  ['federation', '{}'],
  ['policy', '{"pattern":"","definition":{"max-length":5}}'],
  ['shovle', `{${base}}`],
  ['vhost-limits', '5'],
  ['operator_policy', '5'],
];
test.each(whole)('the broker and topo agree on %s %s', async (component, value) => {
  expect(await disagreements(component, [value])).toEqual([]);
});

/** Without a host, the vhost must exist: since 4.2.9, RabbitMQ looks. */
const uris = [
  ...['', 'amqp', 'amqp:', 'amqp://', 'amqps://', 'amqps:///', 'amqp:host', 'AMQP://a'],
  ...['http://a', 'amqp+ssl://a', '//a', 'a', 'a:5672', 'amqp:/a', 'amqp://a/', 'amqp://a/v'],
  ...['amqp://a/%2F', 'amqp://a//', 'amqp://a/v/w', 'amqp://a/%', 'amqp://a/%2', 'amqp://a/%zz'],
  ...['amqp://a:5672', 'amqp://a:', 'amqp://a:x', 'amqp://a:0', 'amqp://a:65535', 'amqp://a:65536'],
  ...['amqp://a:+5672', 'amqp://a:-1', 'amqp://:5672', 'amqp://u:p@a', 'amqp://u@a', 'amqp://@a'],
  ...['amqp://u:p@:5672', 'amqp://u:p/w@a', 'amqp://u:p#w@a', 'amqp://u:p?w@a', 'amqp://u:p@w@a'],
  ...['amqp://u:p%w@a', 'amqp://u:p%25w@a', 'amqp://u:p:w@a', 'amqp://u:é@a', 'amqp://u:p w@a'],
  ...[
    'amqp://[::1]',
    'amqp://[::1]:5672',
    'amqp://[::1',
    'amqp://[::1]5672',
    'amqp://::1',
    'amqp://a b',
  ],
  ...['amqp://a?heartbeat=5', 'amqp://a?heartbeat=x', 'amqp://a?heartbeat=', 'amqp://a?heartbeat'],
  ...[
    'amqp://a?channel_max=x',
    'amqp://a?frame_max=-1',
    'amqp://a?connection_timeout=1.5',
    'amqp://a?x=y',
  ],
  ...['amqps://a?depth=x', 'amqp://a?depth=x', 'amqps://a?verify=verify_none', 'amqps://a?depth=1'],
  ...[
    'amqps://a?fail_if_no_peer_cert=x',
    'amqps://a?fail_if_no_peer_cert=true',
    'amqp://a?password=x',
  ],
  ...[
    'amqps://a?password=x',
    'amqp://a?username=x',
    'amqp://a?vhost=x',
    'amqp://a?host=b',
    'amqp://a#x',
  ],
  ...[
    'amqps://a?cacertfile=/no/such',
    'amqps://a?cacertfile=%',
    'amqp://a?auth_mechanism=external',
  ],
  ...['amqp://?heartbeat=x', 'amqp://%', 'amqp://a%20b', 'amqp://a?heartbeat=5&heartbeat=x'],
  ...[
    'amqp://a?heartbeat=+5',
    'amqp://a?port=1',
    'amqp://a?virtual_host=x',
    'amqp://a?node=x',
    'amqp://?node=x',
  ],
];
test.each(uris)('the broker and topo agree on the URI %s', async (one) => {
  const upstream = `{"uri":${JSON.stringify(one)}}`;
  expect(await disagreements('federation-upstream', [upstream])).toEqual([]);
});
