// Which queues are carried over while they are replaced, through which parking queue, and what
// refuses it.
import { describe, expect, test } from 'vitest';
import type { Depth } from '../../src/reconcile/broker.ts';
import { noConsents, type Consents } from '../../src/reconcile/consents.ts';
import type { Gap } from './memory-broker.ts';
import { owedBy } from '../../src/reconcile/owed.ts';
import { recordsOf, type Kept } from '../../src/reconcile/record.ts';
import type { Plan } from '../../src/reconcile/step.ts';
import {
  describeUnfinished,
  findUnfinished,
  warnOfUnfinished,
  withOwed,
} from '../../src/reconcile/unfinished.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { isBinding, isQueue, type Policy } from '../../src/topology/object.ts';
import { parseQueuePattern } from '../../src/topology/queue-pattern.ts';
import { brokerOf, objectsOf, planOf, policy } from './shorthand.ts';
import { toLiveObject } from './worlds.ts';

const held = (ready: number, unacked = 0, consumers = 0): Depth => ({
  kind: 'known',
  ...{ ready, unacked, consumers },
});

interface World {
  readonly desired?: string;
  readonly live?: string;
  readonly depth?: Depth;
  readonly gap?: Gap;
  readonly policies?: readonly Policy[];
  readonly consents?: Partial<Consents>;
}

async function planned({
  desired = 'q:q quorum, amq.direct>q k',
  live = 'q:q, amq.direct>q k',
  depth = held(7),
  gap = 'pipelined',
  policies = [],
  consents = {},
}: World): Promise<Plan> {
  const broker = brokerOf(live, policies);
  broker.readDepths = () => Promise.resolve(new Map([['queues/%2F/q', depth]]));
  broker.gap = gap;
  const situation = { desired, live, consents: { ...noConsents, deletes: 9, ...consents } };
  return planOf({ ...situation, declaredPolicies: policies }, broker);
}

const carryIn = ({ steps }: Plan) =>
  steps.flatMap((step) => (step.kind === 'replace' ? (step.carry ?? []) : []))[0];
const codesIn = ({ refusals }: Plan) => refusals.map(({ code }) => code);

const named = (address: string) => ({ named: new Set([address]), like: [] });
const like = (text: string) => {
  const pattern = parseQueuePattern(text);
  return { named: new Set<string>(), like: pattern === undefined ? [] : [pattern] };
};

const ways: [what: string, world: World, isCarried: boolean, codes: string[]][] = [
  ['with messages', {}, true, []],
  ['with unacknowledged messages', { depth: held(0, 1) }, true, []],
  ['with a consumer', { depth: held(0, 0, 1) }, true, []],
  ['that is idle', { depth: held(0) }, false, []],
  ['without AMQP', { gap: 'unpipelined' }, false, ['messages']],
  ['where AMQP is refused', { gap: 'refused', depth: held(0, 0, 1) }, false, ['consumers']],
  [
    'that topo cannot count',
    { depth: { kind: 'unknown', why: 'no AMQP', hint: 'h' } },
    false,
    ['unknown-depth'],
  ],
  ['to become a stream', { desired: 'q:q stream' }, false, ['messages']],
  [
    'whose messages may go',
    { consents: { messageLoss: new Map([['queues/%2F/q', 'as-shown']]) } },
    false,
    [],
  ],
  [
    'of whose messages only some may go',
    { consents: { messageLoss: new Map([['queues/%2F/q', 6]]) } },
    false,
    ['messages'],
  ],
  [
    'whose consumers may go',
    { depth: held(0, 0, 1), consents: { disconnect: new Set(['queues/%2F/q']) } },
    false,
    [],
  ],
  [
    'whose consumers may go, but not its messages',
    { consents: { disconnect: new Set(['queues/%2F/q']) } },
    true,
    [],
  ],
];
test.each(ways)('a queue %s', async (_what, world, isCarried, codes) => {
  const plan = await planned(world);
  expect(carryIn(plan) !== undefined).toBe(isCarried);
  expect(codesIn(plan)).toEqual(codes);
});

test('a policy that takes the place of a dead-letter argument comes late, and the plan says so', async () => {
  const notes = async (pattern: string) => {
    const live = 'q:q dead amq.fanout, amq.direct>q k';
    const broker = brokerOf(live);
    broker.readDepths = () => Promise.resolve(new Map([['queues/%2F/q', held(7)]]));
    const declaredPolicies = [policy('dl', pattern, { 'dead-letter-exchange': 'amq.fanout' })];
    const desired = 'q:q quorum, amq.direct>q k';
    const plan = await planOf({ desired, live, declaredPolicies }, broker);
    return carryIn(plan)?.notes?.map(({ what, then }) => `${what}: ${then}`);
  };
  const dropped = 'dead-letter-exchange "amq.fanout" → none: dead letters are dropped from now on';
  expect(await notes('^q')).toEqual([
    dropped,
    'policy "dl": it comes only after that: to drop no dead letter, apply it first, with --target policies/%2F/dl',
  ]);
  expect(await notes('^other')).toEqual([dropped]);
});

test('says how many messages and consumers, and how long it takes', async () => {
  expect(carryIn(await planned({ depth: held(99_000, 1_000, 2) }))).toEqual({
    ...{ messages: 100_000, consumers: 2, seconds: 22 },
    parking: { named: 'beside', type: 'quorum', arguments: {} },
  });
});

test('an auto-delete queue takes longer', async () => {
  const live = 'q:q auto_delete, amq.direct>q k';
  expect(carryIn(await planned({ live, depth: held(10_000) }))?.seconds).toBe(13);
});

const parkings: [what: string, world: World, parking: object][] = [
  [
    'classic to classic',
    { desired: 'q:q max 9, amq.direct>q k', live: 'q:q max 8, amq.direct>q k' },
    { named: 'beside', type: 'classic', arguments: {} },
  ],
  [
    'quorum to classic',
    { desired: 'q:q, amq.direct>q k', live: 'q:q quorum, amq.direct>q k' },
    { named: 'beside', type: 'quorum', arguments: {} },
  ],
  [
    'dead letters by arguments',
    { live: 'q:q dead other key k, amq.direct>q k', desired: 'q:q quorum, amq.direct>q k' },
    {
      ...{ named: 'beside', type: 'quorum' },
      arguments: { 'x-dead-letter-exchange': 'other', 'x-dead-letter-routing-key': 'k' },
    },
  ],
  [
    'dead letters by a policy',
    { policies: [policy('p', '^q', { 'dead-letter-exchange': 'other' })] },
    { named: 'beside', type: 'quorum', arguments: { 'x-dead-letter-exchange': 'other' } },
  ],
  [
    'a policy that hits the name beside it',
    { policies: [policy('p', '^q\\.', { 'message-ttl': 5 })] },
    { named: 'alone', type: 'quorum', arguments: {} },
  ],
  [
    'a policy for another type',
    { policies: [policy('p', '.*', { 'message-ttl': 5 }, 'classic_queues')] },
    { named: 'beside', type: 'quorum', arguments: {} },
  ],
];
test.each(parkings)('the parking queue: %s', async (_what, world, parking) => {
  expect(carryIn(await planned(world))?.parking).toEqual(parking);
});

const q = 'queues/%2F/q';
const refusals: [what: string, world: World, code: string, lifted?: Partial<Consents>][] = [
  [
    'no binding',
    { live: 'q:q', desired: 'q:q quorum' },
    'direct-publishers',
    { directStopped: named(q) },
  ],
  [
    'a policy that takes messages from both names',
    { policies: [policy('p', '.*', { expires: 5 })] },
    'parking-policy',
  ],
  [
    'a limit that a policy can set',
    { desired: 'q:q max 9, amq.direct>q k' },
    'policy-instead',
    { replace: like('queues/%2F/*') },
  ],
  [
    'a lower limit',
    { live: 'q:q max 10, amq.direct>q k', desired: 'q:q max 9, amq.direct>q k' },
    'policy-instead',
    { replace: named(q) },
  ],
  [
    'a queue that drops what nobody takes at once',
    { policies: [policy('p', '^q$', { 'message-ttl': 0 }, 'quorum_queues')] },
    'messages',
  ],
  [
    'a queue that goes with what it holds if nobody comes',
    { policies: [policy('p', '^q$', { expires: 5_000 }, 'quorum_queues')] },
    'messages',
  ],
  ['a limit below what it holds', { desired: 'q:q quorum max 5, amq.direct>q k' }, 'messages'],
  [
    'a limit below it by a policy for the new type',
    { policies: [policy('p', '^q$', { 'max-length-bytes': 5 }, 'quorum_queues')] },
    'unknown-loss',
  ],
  [
    'a new queue that rejects what it holds',
    {
      policies: [
        policy('p', '^q$', { 'max-length': 5, overflow: 'reject-publish' }, 'quorum_queues'),
      ],
    },
    'too-short',
  ],
];
test.each(refusals)('%s is refused', async (_what, world, code, lifted) => {
  const plan = await planned(world);
  expect(codesIn(plan)).toEqual([code]);
  expect(carryIn(plan)).toBeDefined();
  if (lifted === undefined) return;
  expect(codesIn(await planned({ ...world, consents: lifted }))).toEqual([]);
});

test('all that refuses a replacement is told at once', async () => {
  const plan = await planned({ live: 'q:q', desired: 'q:q max 5' });
  expect(codesIn(plan)).toEqual(['messages', 'policy-instead', 'direct-publishers']);
});

const replacements: [what: string, live: string, desired: string][] = [
  ['a higher limit', 'q:q max 8', 'q:q max 9'],
  ['a limit that goes', 'q:q max 8', 'q:q'],
  ['another target of dead letters', 'q:q dead x', 'q:q dead y'],
  ['another type, with a limit', 'q:q', 'q:q quorum max 9'],
  ['the same limit in another type', 'q:q max 5', 'q:q quorum max 5'],
];
test.each(replacements)('no policy does it: %s', async (_what, live, desired) => {
  const more = ', amq.direct>q k';
  const plan = await planned({ live: live + more, desired: desired + more });
  expect(codesIn(plan)).toEqual([]);
});

test('the policy to declare instead keeps what the present one sets, and comes before it', async () => {
  const present = policy('p 3', '^q$', { 'dead-letter-exchange': 'x' });
  const world = { desired: 'q:q max 9, amq.direct>q k', policies: [present] };
  const [refusal] = (await planned(world)).refusals;
  expect(refusal?.hint).toBe(
    'declare policy {"name":"q.settings","pattern":"^q$","apply-to":"queues","priority":4,"definition":{"dead-letter-exchange":"x","max-length":9}} instead of the arguments, or topo apply --replace queues/%2F/q',
  );
});

test('the id of a plan does not tell whether a queue is in use', async () => {
  const [inUse, idle] = [await planned({}), await planned({ depth: held(0) })];
  expect(inUse.id).toBe(idle.id);
});

describe('a record', () => {
  const live = 'q:q, amq.direct>q k, amq.topic>q theirs';
  const made = { digits: '01234567', started: '2026-11-28T10:00:00.000Z', user: 'u', host: 'h' };
  const kept = async (): Promise<Kept> => {
    const [record] = recordsOf(await planned({ live }), made);
    if (record === undefined) throw new Error('no record');
    return { record, where: 'broker' };
  };
  const parkingOf = ({ record }: Kept) => {
    const parking = record.replaced[0]?.parking;
    if (parking === undefined) throw new Error('no parking queue');
    return parking;
  };

  test('names the parking queue', async () => {
    const parking = parkingOf(await kept());
    expect(parking.name).toMatch(/^q\.topo-parking-[0-9a-f]{8}$/);
    expect([parking.type, parking.durable, parking.auto_delete]).toEqual(['quorum', true, false]);
    expect([...parking.arguments]).toEqual([
      ['x-delivery-limit', -1n],
      ['x-topo', 'parking'],
      ['x-topo-since', 1_795_860_000n],
    ]);
  });

  /** The broker with the parking queue, to which some of the bindings lead. */
  async function half(objects: string, ...parked: string[]) {
    const one = await kept();
    const parking = parkingOf(one);
    const broker = brokerOf(objects);
    const there = [parking, ...objectsOf(parked.join(', ').replaceAll('PARKING', parking.name))];
    for (const object of there) {
      const found = { ...toLiveObject(object), ...(isQueue(object) && { system: true, ready: 5 }) };
      broker.objects.set(addressOf(object), found);
    }
    return { one, parking, broker };
  }

  const states: [what: string, objects: string, parked: string[], away: string][] = [
    ['before the bindings changed over', live, [], 'what is exported may still change'],
    [
      'with one binding over',
      'q:q, amq.topic>q theirs',
      ['amq.direct>PARKING k'],
      '1 object that it took away is not in the export: bindings/%2F/e/amq.direct/q/q/k',
    ],
    [
      'with the new queue there',
      'q:q quorum',
      ['amq.direct>PARKING k', 'amq.topic>PARKING theirs'],
      '2 objects that it took away are not in the export: bindings/',
    ],
    [
      'with no queue there',
      '',
      ['amq.direct>PARKING k', 'amq.topic>PARKING theirs'],
      '3 objects that it took away are not in the export: queues/%2F/q, bindings/',
    ],
  ];
  test.each(states)('is unfinished %s', async (_what, objects, parked, away) => {
    const { one, parking, broker } = await half(objects, ...parked);
    const owed = owedBy(one, broker.live);
    expect(owed.carried.map(({ after, messages }) => [after.name, after.type, messages])).toEqual([
      ['q', 'quorum', 5],
    ]);
    const back = owed.carried.flatMap(({ bindings }) => bindings.map((b) => b.routing_key));
    expect(back).toEqual(['k', 'theirs']);
    expect([owed.replaced, owed.bindings, owed.lost]).toEqual([[], [], []]);
    const earlier = { kept: [one], unreadable: [], givenUp: new Set([one.record.id]) };
    const unfinished = findUnfinished(broker, broker.live, earlier);
    const [told] = describeUnfinished(unfinished);
    expect(told?.carried_over).toEqual([
      { address: 'queues/%2F/q', parking: addressOf(parking), messages: 5 },
    ]);
    const [warning] = warnOfUnfinished(unfinished, broker.live);
    expect(warning?.message).toContain(` has not ended: ${away}`);
    const upon = [...withOwed(broker.live, unfinished).objects.values()];
    expect(upon.flatMap((object) => (isQueue(object) ? [object.name, object.type] : []))).toEqual([
      'q',
      'quorum',
    ]);
    expect(upon.flatMap((object) => (isBinding(object) ? object.destination : []))).toEqual([
      ...['q', 'q'],
    ]);
  });

  test('is finished without the parking queue, or not begun', async () => {
    for (const objects of [live, live.replace('q:q', 'q:q quorum')]) {
      const owed = owedBy(await kept(), brokerOf(objects).live);
      expect([owed.carried, owed.replaced, owed.bindings, owed.lost]).toEqual([[], [], [], []]);
    }
  });

  test('goes on without a binding whose source has gone, and tells it', async () => {
    const { one, broker } = await half('q:q, amq.direct>q k');
    const gone = {
      ...one,
      record: { ...one.record, bindings: objectsOf('e>q old').filter((b) => isBinding(b)) },
    };
    const owed = owedBy(gone, broker.live);
    expect(owed.carried.map(({ bindings }) => bindings)).toEqual([[]]);
    expect(owed.lost.map(({ routing_key }) => routing_key)).toEqual(['old']);
  });
});
