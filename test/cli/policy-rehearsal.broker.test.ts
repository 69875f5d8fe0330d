// A rehearsal of what policies destroy: for each key and type of queue, topo plans the change of a
// policy, carries it out with consent, and the queue has lost what the plan said, no more, no less.
// policy-losses.broker.test.ts has what is lost later: by delivery-limit, or another dead-letter
// target.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConfirmChannel } from 'amqplib';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { isWithin } from '../../src/topology/versions.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { version } from '../version.ts';
import { callTopo } from './topo.ts';

interface Policies {
  readonly policy?: object;
  readonly operator?: object;
  /** Of a lower priority. */
  readonly below?: object;
}
interface Row {
  /** Policies as they were set, one after the other. */
  readonly before?: readonly Policies[];
  readonly after: Policies;
  /** What is lost of ten messages; undefined: some of them. */
  readonly loses: number | undefined;
  /** The version that this needs. */
  readonly since?: string;
  /** Another loss for quorum queues. */
  readonly quorumLoses?: number;
}

const rejects = { overflow: 'reject-publish' };
const full: readonly Policies[] = [
  { policy: rejects },
  { policy: { ...rejects, 'max-length': 4 } },
];
const rows: Readonly<Record<string, Row>> = {
  'max-length': { after: { policy: { 'max-length': 4 } }, loses: 6 },
  'max-length-lowered': {
    before: [{ policy: { 'max-length': 10 } }],
    after: { policy: { 'max-length': 4 } },
    loses: 6,
  },
  'max-length-above': { after: { policy: { 'max-length': 10 } }, loses: 0 },
  'max-length-bytes': { after: { policy: { 'max-length-bytes': 300 } }, loses: undefined },
  'max-length-rejecting': { after: { policy: { ...rejects, 'max-length': 4 } }, loses: 0 },
  'max-length-bytes-rejecting': {
    after: { policy: { ...rejects, 'max-length-bytes': 300 } },
    loses: 0,
  },
  'max-length-rejecting-lowered': {
    before: [{ policy: { 'max-length': 10 } }],
    after: { policy: { ...rejects, 'max-length': 4 } },
    loses: 0,
  },
  'max-length-rejecting-elsewhere': {
    after: { policy: { overflow: 'reject-publish-dlx', 'max-length': 4 } },
    loses: 0,
    quorumLoses: 6,
  },
  'overflow-removed': { before: full, after: { policy: { 'max-length': 4 } }, loses: 6 },
  'overflow-and-limit-removed': {
    before: full,
    after: { policy: { 'message-ttl': 86_400_000 } },
    loses: 0,
  },
  'overflow-removed-limit-raised': {
    before: full,
    after: { policy: { 'max-length': 10 } },
    loses: 0,
  },
  'operators-limit': { after: { operator: { 'max-length': 4 } }, loses: 6 },
  'operators-limit-rejecting': {
    after: { policy: rejects, operator: { 'max-length': 4 } },
    loses: 0,
  },
  'operators-limit-and-overflow': {
    after: { operator: { ...rejects, 'max-length': 4 } },
    loses: 0,
    since: '3.12.7',
  },
  'operators-limit-goes-with-overflow': {
    before: [{ policy: rejects }, { policy: rejects, operator: { 'max-length': 4 } }],
    after: {},
    loses: 0,
  },
  'message-ttl': { after: { policy: { 'message-ttl': 1 } }, loses: 0 },
  expires: { after: { policy: { expires: 300 } }, loses: 10 },
  'expires-of-operators': { after: { operator: { expires: 300 } }, loses: 10 },
  'dead-letter-exchange': { after: { policy: { 'dead-letter-exchange': 'dead' } }, loses: 0 },
  'dead-letter-routing-key': {
    before: [{ policy: { 'dead-letter-exchange': 'dead', 'dead-letter-routing-key': 'a' } }],
    after: { policy: { 'dead-letter-exchange': 'dead', 'dead-letter-routing-key': 'b' } },
    loses: 0,
  },
  'another-policy-wins': {
    before: [{ policy: { 'message-ttl': 86_400_000 }, below: { 'max-length': 4 } }],
    after: { below: { 'max-length': 4 } },
    loses: 6,
  },
  'delivery-limit': { after: { policy: { 'delivery-limit': 1 } }, loses: 0 },
};

const held = 10;
const body = Buffer.alloc(100, 'x');
const types = ['classic', 'quorum'] as const;
const isThere = ([, { since }]: readonly [string, Row]) =>
  isWithin(version, since === undefined ? {} : { since });
const cases = types.flatMap((type) =>
  Object.entries(rows)
    .filter(isThere)
    .map(([title, row]) => ({
      name: `${type}-${title}`,
      type,
      ...row,
      loses: (type === 'quorum' ? row.quorumLoses : undefined) ?? row.loses,
    })),
);

let vhost: string;
let channel: ConfirmChannel;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-rehearsal-'));
  atEnd(() => rm(folder, { recursive: true }));
  vhost = await freshVhost();
  const connection = await connect(`${broker.amqpUrl}/${vhost}`);
  atEnd(() => connection.close());
  channel = await connection.createConfirmChannel();
  await channel.assertExchange('dead', 'fanout');
});

const entriesOf = (name: string, { policy, operator, below }: Policies) => {
  const pattern = `^${name}$`;
  const at = { vhost, name, pattern, 'apply-to': 'queues' };
  return {
    policies: [
      ...(policy ? [{ ...at, priority: 1, definition: policy }] : []),
      ...(below ? [{ ...at, name: `${name}-below`, priority: 0, definition: below }] : []),
    ],
    operator_policies: operator ? [{ ...at, priority: 0, definition: operator }] : [],
  };
};

async function put(name: string, policies: Policies): Promise<void> {
  const { policies: own, operator_policies: theirs } = entriesOf(name, policies);
  for (const one of own) await api('PUT', `policies/${vhost}/${one.name}`, one);
  for (const one of theirs) await api('PUT', `operator-policies/${vhost}/${one.name}`, one);
}

interface PlannedStep {
  readonly address: string;
  readonly effect?: {
    readonly loss?: {
      readonly messages: number;
      readonly uncounted: number;
      readonly some: readonly { readonly address: string }[];
    };
  };
}

const topo = (...args: readonly string[]) => callTopo(args, folder, env);

describe('of ten messages', { shuffle: false }, () => {
  const foretold = new Map<string, number | undefined>();

  beforeAll(async () => {
    for (const { name, type, before = [] } of cases) {
      await channel.assertQueue(name, { arguments: { 'x-queue-type': type } });
      for (let n = 0; n < held; n++) channel.sendToQueue(name, body, { persistent: true });
      await channel.waitForConfirms();
      for (const policies of before) await put(name, policies);
    }
    await takesPolicies();
    const entries = cases
      .filter(
        ({ type, after: { policy = {} } }) => type === 'quorum' || !('delivery-limit' in policy),
      )
      .map(({ name, after }) => entriesOf(name, after));
    const topology = {
      vhost,
      manage: { policies: ['*'], operator_policies: ['*'] },
      policies: entries.flatMap(({ policies }) => policies),
      operator_policies: entries.flatMap((each) => each.operator_policies),
    };
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify(topology));
    const { out } = await topo('plan', '--format', 'json');
    const { steps } = JSON.parse(out) as { steps: readonly PlannedStep[] };
    for (const { effect } of steps) {
      if (effect?.loss === undefined) continue;
      const { messages, uncounted, some } = effect.loss;
      const [queue] = some;
      foretold.set(queue?.address ?? '', uncounted > 0 ? undefined : messages);
    }
    const agreed = steps
      .filter(({ effect }) => effect?.loss !== undefined)
      .map(({ address }) => `--allow-message-loss=${address}=all`);
    const { code, out: done } = await topo('apply', '--yes', '--allow-deletes', '99', ...agreed);
    expect({ code, done }).toMatchObject({ code: 0 });
  }, 240_000);

  test.each(cases)('$name: $loses', async ({ name, loses }) => {
    const address = `queues/${vhost}/${name}`;
    const said = foretold.has(address) ? foretold.get(address) : 0;
    expect(said).toBe(loses);
    if (loses === held) await expect.poll(() => exists(name)).toBe(false);
    else if (loses === undefined) await expect.poll(() => count(name)).toBeLessThan(held);
    else await expect.poll(() => count(name)).toBe(held - loses);
  });
});

test.each([{ 'max-length-bytes': 2_000 }, { 'max-age': '1s' }])(
  'of a stream, %o takes whole segments',
  async (definition) => {
    const name = `stream-${Object.keys(definition).join('')}`;
    const args = { 'x-queue-type': 'stream', 'x-stream-max-segment-size-bytes': 1_000 };
    await channel.assertQueue(name, { arguments: args });
    for (let n = 0; n < 300; n++) {
      channel.sendToQueue(name, body);
      if (n % 10 === 9) await channel.waitForConfirms();
    }
    expect(await firstOffset(name)).toBe(0);
    const topology = { vhost, policies: entriesOf(name, { policy: definition }).policies };
    await writeFile(join(folder, 'stream.yaml'), JSON.stringify(topology));
    const refused = await topo('apply', '--yes', 'stream.yaml');
    expect(refused).toMatchObject({ code: 4 });
    expect(refused.out).toContain(`queue "${name}" (${Object.keys(definition).join('')} `);
    const agreed = `--allow-message-loss=policies/${vhost}/${name}=all`;
    expect(await topo('apply', '--yes', agreed, 'stream.yaml')).toMatchObject({ code: 0 });
    const next = async () => {
      channel.sendToQueue(name, body);
      await channel.waitForConfirms();
      return firstOffset(name);
    };
    await expect.poll(next, { interval: 500 }).toBeGreaterThan(0);
  },
);

/** Of the oldest message that is left. Rejects if its segment goes while the broker opens it. */
async function firstOffset(name: string): Promise<number> {
  const connection = await connect(`${broker.amqpUrl}/${vhost}`);
  const reader = await connection.createChannel();
  await reader.prefetch(1);
  const first = await new Promise<number>((resolve, reject) => {
    connection.on('error', reject);
    reader.on('error', reject);
    reader
      .consume(
        name,
        (message) => {
          resolve(Number(message?.properties.headers?.['x-stream-offset']));
        },
        { arguments: { 'x-stream-offset': 'first' } },
      )
      .catch(reject);
  });
  await connection.close();
  return first;
}

/** The broker names the policy of each queue that has one. */
async function takesPolicies(): Promise<void> {
  const wanted = cases.filter(({ before = [] }) => before.at(-1)?.policy !== undefined).length;
  const list = async () => {
    const queues = (await api('GET', `queues/${vhost}?disable_stats=true`)) as {
      policy?: unknown;
    }[];
    return queues.filter(({ policy }) => typeof policy === 'string').length;
  };
  await vi.waitFor(async () => expect(await list()).toBe(wanted), {
    timeout: 20_000,
    interval: 100,
  });
}

const count = async (name: string) => (await channel.checkQueue(name)).messageCount;

async function exists(name: string): Promise<boolean> {
  const queues = (await api('GET', `queues/${vhost}?disable_stats=true`)) as { name: string }[];
  return queues.some((queue) => queue.name === name);
}
