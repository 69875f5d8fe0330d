// What on_remove makes of a queue that is no longer declared: refused, drained, or deleted only if
// it is empty.
import { describe, expect, test } from 'vitest';
import { readText } from '../file/read.ts';
import { noConsents, type Consents } from '../../src/reconcile/consents.ts';
import { fromDocument, toDocument } from '../../src/reconcile/plan-document.ts';
import { recordsOf } from '../../src/reconcile/record.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import type { Depth } from '../../src/reconcile/broker.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { brokerOf, lines } from './shorthand.ts';

const live = 'q:kept, q:work.1, e:x, x>work.1 a, x>work.1 b';
const depth = (ready: number, unacked = 0, consumers = 0): Depth => ({
  ...({ kind: 'known', ready, unacked, consumers } as const),
});

async function planOf(
  queues: string,
  { held = depth(0), consents = {} }: { held?: Depth; consents?: Partial<Consents> } = {},
  world = live,
) {
  const desired = await readText(`manage: { queues: ${queues} }\nqueues: [{ name: kept }]\n`);
  const broker = brokerOf(world);
  broker.readDepths = (all) =>
    Promise.resolve(new Map(all.map((queue) => [addressOf(queue), held])));
  const source = fromFiles(desired, broker, {
    endpoint: 'http://localhost:15672',
    selection: { targets: [] },
    consents: { ...noConsents, ...consents },
    earlier: noneEarlier,
  });
  return (await source.read()).plan;
}

const refused = async (...args: Parameters<typeof planOf>): Promise<string[]> =>
  (await planOf(...args)).refusals.map(
    ({ code, reason, hint }) => `${code}: ${reason.replace(/\/\S+\//, '')} | ${hint}`,
  );

describe('of several rules for one queue', () => {
  test.for<[queues: string, wins: 'refuse' | 'drain' | 'delete-if-empty']>([
    ['[work.*]', 'delete-if-empty'],
    ['[{ match: work.* }]', 'delete-if-empty'],
    ['{ match: work.*, on_remove: drain }', 'drain'],
    ['[work.*, { match: work.1, on_remove: drain }]', 'drain'],
    [
      '[{ match: work.1, on_remove: drain }, { match: work.*, on_remove: delete-if-empty }]',
      'drain',
    ],
    ['[{ match: work.1, on_remove: drain }, { match: w*, on_remove: refuse }]', 'refuse'],
    ['[work.*, { match: other.*, on_remove: refuse }]', 'delete-if-empty'],
  ])('%s: the strictest wins: %s', async ([queues, wins]) => {
    const { steps, refusals } = await planOf(queues);
    const [step] = steps.filter(({ address }) => address === 'queues/%2F/work.1');
    const isRefused = refusals.some(({ code }) => code === 'on-remove');
    const found = step?.kind === 'delete' && step.drain === true ? 'drain' : 'delete-if-empty';
    expect(isRefused ? 'refuse' : found).toBe(wins);
  });
});

const drain = '[{ match: work.*, on_remove: drain }]';

describe('a queue that is drained', () => {
  test('may hold messages and have consumers', async () => {
    expect(await refused(drain, { held: depth(5, 3, 2) })).toEqual([]);
    expect(await refused(drain, { held: depth(0, 0, 2) })).toEqual([]);
  });

  test('needs a consumer for its messages, or consent to lose them', async () => {
    const held = depth(5);
    expect(await refused(drain, { held })).toEqual([
      "cannot-drain: 5 messages and no consumer that would take them, so it can't be drained | start a consumer, move what it holds with topo move, or topo apply --allow-message-loss queues/%2F/work.1",
    ]);
    const consents = { messageLoss: new Map([['queues/%2F/work.1', 'as-shown' as const]]) };
    expect(await refused(drain, { held, consents })).toEqual([]);
  });

  test('is never one that topo can not count, such as a stream', async () => {
    const held = { kind: 'unknown', why: 'uncounted', hint: 'look' } as const;
    expect(await refused(drain, { held })).toEqual([
      'unknown-depth: uncounted | look, or topo apply --allow-message-loss queues/%2F/work.1=all',
    ]);
  });

  test('is drained by a saved plan, too, and no edit can change that', async () => {
    const document = toDocument(await planOf(drain));
    expect(toDocument(fromDocument(document))).toEqual(document);
    const edited = document.steps.map((step) => ({ ...step }));
    for (const step of edited) delete step.drain;
    expect(() => fromDocument({ ...document, steps: edited })).toThrow(/edited/);
  });
});

test('refuse keeps a queue, whatever the consents, and says where the rule is', async () => {
  const consents = { messageLoss: new Map([['queues/%2F/work.1', 'all' as const]]) };
  expect(await refused('[{ match: work.*, on_remove: refuse }]', { consents })).toEqual([
    'on-remove: manage pattern "work.*" keeps it: on_remove: refuse at topology.yaml:1:48 | declare it again, or give the pattern another on_remove: drain or delete-if-empty',
  ]);
});

describe('the record of a queue that is unbound first', () => {
  const begun = { digits: '00000000', started: '2026-01-01T00:00:00.000Z', user: 'u', host: 'h' };
  const recordOf = async (...args: Parameters<typeof planOf>) =>
    recordsOf(await planOf(...args), begun).map(({ unbound, bindings }) => [
      unbound,
      bindings.map(({ routing_key }) => routing_key),
    ]);

  test('names its bindings', async () => {
    expect(await recordOf(drain)).toEqual([[['work.1'], ['a', 'b']]]);
  });
  test('is kept for every quorum queue', async () => {
    const world = live.replace('q:work.1', 'q:work.1 quorum');
    expect(await recordOf('[work.*]', {}, world)).toEqual([[['work.1'], ['a', 'b']]]);
  });
  test('is not needed for a classic queue, or without bindings', async () => {
    expect(await recordOf('[work.*]')).toEqual([]);
    expect(await recordOf(drain, {}, 'q:kept, q:work.1')).toEqual([]);
  });
});

test('bindings whose exchange goes too are not taken off', async () => {
  const desired = '[work.*], exchanges: [x]';
  const plan = await planOf(desired.replace('[work.*]', drain));
  expect(lines(plan)).toContain('~delete b:x/q/work.1/a, because e:x, needs e:x');
  expect(
    recordsOf(plan, { digits: '0', started: '2026-01-01T00:00:00.000Z', user: '', host: '' }),
  ).toEqual([]);
});
