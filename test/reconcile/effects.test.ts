// What changes of policies do to queues and exchanges, in exact words. That brokers do the same:
// policy-effects.broker.test.ts and queue-loss.broker.test.ts.
import { describe, expect, test } from 'vitest';
import { noConsents, type Consents } from '../../src/reconcile/consents.ts';
import type { Depth } from '../../src/reconcile/broker.ts';
import { foretell, withEffects } from '../../src/reconcile/effects.ts';
import { fixConsents, guard } from '../../src/reconcile/guard.ts';
import { needsOf, renderNeed, type Step } from '../../src/reconcile/step.ts';
import { renderEffect } from '../../src/report/effect.ts';
import { addressOf } from '../../src/topology/identity.ts';
import type { Live, LiveObject, LiveQueue } from '../../src/topology/live.ts';
import type { OperatorPolicy, Policy, Queue } from '../../src/topology/object.ts';
import { toTable } from '../../src/topology/value.ts';
import { createStep, deleteStep, replaceStep, updateStep } from './steps.ts';
import { toLive } from './worlds.ts';

const policy = (name: string, definition: object, more: Partial<Policy> = {}): Policy => ({
  ...{ kind: 'policy', vhost: '/', name, pattern: '.*', 'apply-to': 'queues', priority: 0 },
  definition: toTable(definition),
  ...more,
});
const operator = (name: string, definition: object): OperatorPolicy => ({
  ...policy(name, definition),
  kind: 'operator_policy',
});

function queue(name: string, more: Partial<LiveQueue> = {}): LiveQueue {
  return {
    ...{ kind: 'queue', vhost: '/', name, type: 'classic', durable: true, auto_delete: false },
    ...{ system: false, ready: 0, unacked: 0, consumers: 0, state: 'running' },
    arguments: new Map(),
    ...more,
  };
}

function broker(...objects: readonly LiveObject[]): Live {
  const live = toLive([]);
  const all = objects.map((object): [string, LiveObject] => [addressOf(object), object]);
  return { ...live, objects: new Map([...live.objects, ...all]) };
}

const said = (live: Live, ...steps: Step[]): string[] =>
  foretell(steps, live).map((step) => [step.address, ...renderEffect(step)].join(' | '));

const five = { 'max-length': 5 };

describe('which objects get or lose a policy', () => {
  test('a new one', () => {
    const live = broker(queue('a'), queue('b'), queue('c'), queue('d'), queue('x.e'));
    expect(said(live, createStep(policy('p', five, { pattern: '^[a-d]$' })))).toEqual([
      'policies/%2F/p | 4 queues get it: a, b, c and 1 other',
    ]);
  });

  test('one that nothing has the name for', () => {
    expect(said(broker(queue('a')), createStep(policy('p', five, { pattern: '^z' })))).toEqual([
      'policies/%2F/p | nothing gets it yet',
    ]);
  });

  test('one with a lower priority than what applies', () => {
    const high = policy('high', five, { priority: 1 });
    const live = broker(high, queue('a', { policy: 'high' }));
    expect(said(live, createStep(policy('p', five)))).toEqual([
      'policies/%2F/p | nothing gets it yet',
    ]);
  });

  test('one that takes over, changes, and goes', () => {
    const low = policy('low', five);
    const live = broker(low, queue('a', { policy: 'low' }));
    const high = policy('high', five, { priority: 1 });
    expect(said(live, createStep(high))).toEqual([
      'policies/%2F/high | 1 queue gets it instead of policy "low": a',
    ]);
    const both = broker(low, high, queue('a', { policy: 'high' }));
    expect(said(both, updateStep(high, policy('high', { expires: 5 }, { priority: 1 })))).toEqual([
      'policies/%2F/high | 1 queue keeps it: a',
    ]);
    expect(said(both, updateStep(high, { ...high, pattern: '^z' }))).toEqual([
      'policies/%2F/high | 1 queue gets policy "low" instead: a',
    ]);
    expect(said(both, deleteStep(low))).toEqual(['policies/%2F/low | nothing has it']);
    expect(said(live, deleteStep(low))).toEqual(['policies/%2F/low | 1 queue loses it: a']);
  });

  test('one after the other: each finds what the earlier ones left', () => {
    const live = broker(queue('a'));
    const steps = [policy('p', five), policy('q', five, { priority: 1 })].map((one) =>
      createStep(one),
    );
    expect(said(live, ...steps)).toEqual([
      'policies/%2F/p | 1 queue gets it: a',
      'policies/%2F/q | 1 queue gets it instead of policy "p": a',
    ]);
    const needs = foretell(steps, live).map((step) => needsOf(step).map(renderNeed));
    expect(needs).toEqual([[], ['policies/%2F/p']]);
  });

  test('policies that share no object wait for nothing', () => {
    const steps = [
      createStep(policy('p', five, { pattern: '^a' })),
      createStep(policy('q', five, { pattern: '^b' })),
    ];
    const needs = foretell(steps, broker(queue('a'), queue('b'))).flatMap(needsOf);
    expect(needs).toEqual([]);
  });

  test('new queues get it, and deleted ones no longer', () => {
    const live = broker(queue('old'));
    const steps = [
      createStep(queue('new') satisfies Queue),
      createStep(policy('p', five)),
      deleteStep(queue('old')),
    ];
    expect(said(live, ...steps)[1]).toBe('policies/%2F/p | 1 queue gets it: new');
  });

  test('one of the old type alone waits until the queue has another', () => {
    const [classic, quorum] = [queue('a'), queue('a', { type: 'quorum' })];
    const own = { 'apply-to': 'classic_queues' } as const;
    const steps = [replaceStep(classic, quorum), createStep(policy('p', five, own))];
    const [, step] = foretell(steps, broker(classic));
    expect(step && needsOf(step).map(renderNeed)).toEqual([addressOf(classic)]);
    const both = [replaceStep(classic, quorum), createStep(policy('p', five))];
    expect(foretell(both, broker(classic)).flatMap(needsOf)).toEqual([]);
  });

  test('a type of queue that a key bars gets nothing', () => {
    const live = broker(queue('c'), queue('q', { type: 'quorum' }), queue('s', { type: 'stream' }));
    expect(said(live, createStep(policy('p', { 'delivery-limit': 5 })))).toEqual([
      'policies/%2F/p | 1 queue gets it: q',
    ]);
  });

  test('an operator policy stands beside the policy', () => {
    const live = broker(policy('p', five), queue('a', { policy: 'p' }));
    expect(said(live, createStep(operator('limit', { 'max-length': 1 })))).toEqual([
      'operator-policies/%2F/limit | 1 queue gets it: a',
    ]);
  });

  test('a pattern that topo can not match may apply, unless the broker says otherwise', () => {
    const odd = { pattern: '(?i)^A$' };
    const live = broker(queue('a'));
    expect(said(live, createStep(policy('p', five, odd)))).toEqual([
      'policies/%2F/p | 1 queue may get policy "p" or no policy: a',
    ]);
    const known = broker(policy('p', five, odd), queue('a', { policy: 'p' }), queue('b'));
    expect(
      said(known, updateStep(policy('p', five, odd), policy('p', { expires: 5 }, odd))),
    ).toEqual(['policies/%2F/p | 1 queue keeps it: a']);
  });

  test('many kinds of moves are cut', () => {
    const others = Array.from({ length: 7 }, (_, n) =>
      policy(`o${n}`, five, { pattern: `^q${n}$`, priority: 1 }),
    );
    const queues = others.map(({ name }, n) => queue(`q${n}`, { policy: name }));
    const [line = ''] = said(
      broker(...others, ...queues),
      createStep(policy('p', five, { priority: 2 })),
    );
    expect(line.split(' | ').slice(5)).toEqual([
      '1 queue gets it instead of policy "o4": q4',
      'and 2 other changes of what applies',
    ]);
  });
});

describe('what queues would lose is refused', () => {
  const refused = (live: Live, consents: Partial<Consents>, ...steps: Step[]): string[] => {
    const given = { ...noConsents, ...consents };
    const withAll = foretell(steps, live);
    const summary = { vhosts: [] } as unknown as Parameters<typeof guard>[0]['summary'];
    return guard({ steps: withAll, summary }, fixConsents(given, withAll)).map(
      ({ address = '', reason, hint }) => `${address}: ${reason} | ${hint}`,
    );
  };
  const full = broker(queue('a', { ready: 1_000 }), queue('b', { ready: 7 }));
  const limit = createStep(policy('p', five));
  const address = 'policies/%2F/p';

  test('with the number, and the flag that lifts it', () => {
    expect(refused(full, {}, limit)).toEqual([
      'policies/%2F/p: 997 messages of queue "a" and 1 other (max-length 5) would be lost | drain the queues first, leave the policy as it is, or topo apply --allow-message-loss policies/%2F/p',
    ]);
  });

  test.each([{ drain: true as const }, { renamed_to: 'b' }])(
    'also those of a queue that is emptied later in the same plan: %o',
    (emptied) => {
      const going = { ...deleteStep(queue('a', { ready: 1_000 })), ...emptied };
      const live = broker(queue('a', { ready: 1_000 }));
      expect(refused(live, {}, limit, going)).toEqual([
        expect.stringMatching(/^policies\/%2F\/p: 995 messages of queue "a" \(max-length 5\)/),
      ]);
    },
  );

  test('unless it is agreed', () => {
    for (const bound of [997, 'all', 'as-shown'] as const)
      expect(refused(full, { messageLoss: new Map([[address, bound]]) }, limit)).toEqual([]);
    expect(refused(full, { messageLoss: new Map([[address, 900]]) }, limit)).toEqual([
      'policies/%2F/p: 997 messages of queue "a" and 1 other (max-length 5) would be lost, but you agreed to 900 | drain the queues first, leave the policy as it is, or topo apply --allow-message-loss policies/%2F/p=1097',
    ]);
  });

  test('also where they would be dead-lettered', () => {
    const step = createStep(policy('p', { ...five, 'dead-letter-exchange': 'dlx' }));
    expect(refused(full, {}, step)[0]).toContain(
      '(max-length 5, dead-lettered to exchange "dlx") would be lost',
    );
  });

  test('where they can not be counted, all or nothing', () => {
    const step = createStep(policy('p', { 'max-length-bytes': 5 }));
    const lost =
      'policies/%2F/p: queue "a" and 1 other (max-length-bytes 5) would lose messages, and topo can\'t count them | leave the policy as it is, or topo apply --allow-message-loss policies/%2F/p=all';
    expect(refused(full, {}, step)).toEqual([lost]);
    expect(refused(full, { messageLoss: new Map([[address, 5_000]]) }, step)).toEqual([lost]);
    expect(refused(full, { messageLoss: new Map([[address, 'all']]) }, step)).toEqual([]);
  });

  test('a stream that is cut', () => {
    const live = broker(queue('s', { type: 'stream', ready: undefined, unacked: undefined }));
    const [first = ''] = refused(live, {}, createStep(policy('p', { 'max-age': '1D' })));
    expect(first).toContain('queue "s" (max-age 1D) would lose messages');
    const longer = [policy('p', { 'max-age': '24h' }), policy('p', { 'max-age': '2D' })] as const;
    const held = broker(longer[0], queue('s', { type: 'stream', ready: undefined, policy: 'p' }));
    expect(refused(held, {}, updateStep(...longer))).toEqual([]);
  });

  test('a queue that expires, unless it is in use', () => {
    const step = createStep(policy('p', { expires: 60_000 }));
    const [first = ''] = refused(broker(queue('a', { ready: 2, unacked: 1 })), {}, step);
    expect(first).toContain('3 messages of queue "a" (expires 60000) would be lost');
    expect(refused(broker(queue('a', { ready: 2, consumers: 1 })), {}, step)).toEqual([]);
  });

  test('by a policy that takes over because another goes', () => {
    const [high, low] = [policy('high', { expires: 5 }, { priority: 1 }), policy('low', five)];
    const live = broker(high, low, queue('a', { policy: 'high', ready: 8, consumers: 1 }));
    const [first = ''] = refused(live, {}, deleteStep(high));
    expect(first).toContain('policies/%2F/high: 3 messages of queue "a" (max-length 5)');
  });

  test('in the worst case, where topo can not tell whether it applies', () => {
    const [first = ''] = refused(full, {}, createStep(policy('p', five, { pattern: '(?i)^A$' })));
    expect(first).toContain('997 messages of queue "a" and 1 other');
  });

  test('by one step of several, only by that one', () => {
    const steps = [
      createStep(policy('p', five, { pattern: '^a' })),
      createStep(policy('q', { expires: 5 }, { pattern: '^c' })),
    ];
    expect(refused(full, {}, ...steps).map((line) => line.split(':')[0])).toEqual([address]);
  });
});

describe('what queues hold is counted once it matters', () => {
  const quorum = (name: string) => queue(name, { type: 'quorum', ready: 0 });
  const live = broker(quorum('a'), quorum('b'), queue('c', { ready: 1 }));
  const step = createStep(policy('p', five, { pattern: '^[ab]' }));
  const reading = (depths: Record<string, Depth>, asked: string[] = []) => ({
    readDepths: (queues: readonly Queue[]) => {
      asked.push(...queues.map(({ name }) => name));
      return Promise.resolve(
        new Map(
          queues.map((one) => [addressOf(one), depths[one.name] ?? known(0)] as [string, Depth]),
        ),
      );
    },
  });
  const known = (ready: number) => ({ kind: 'known', ready, unacked: 0, consumers: 0 }) as const;

  test('by the exact means, not by the list', async () => {
    const [found] = await withEffects([step], live, reading({ a: known(8) }));
    expect(found?.effect?.loss).toEqual({
      ...{ queues: 1, messages: 3, uncounted: 0 },
      some: [{ address: 'queues/%2F/a', by: 'max-length 5' }],
    });
  });

  test('unless that is out of reach: then the refusal says why', async () => {
    const lost: Depth = { kind: 'unknown', why: 'AMQP is down', hint: 'start it' };
    const steps = await withEffects([step], live, reading({ a: lost }));
    const summary = { vhosts: [] } as unknown as Parameters<typeof guard>[0]['summary'];
    expect(guard({ steps, summary }, noConsents)).toMatchObject([
      {
        code: 'unknown-loss',
        reason:
          'queue "a" (max-length 5) would lose messages, and topo can\'t count them: AMQP is down',
        hint: 'start it, leave the policy as it is, or topo apply --allow-message-loss policies/%2F/p=all',
      },
    ]);
  });

  test('with those that wait for a dead-letter exchange at least once', async () => {
    const sure = {
      'dead-letter-exchange': 'dlx',
      'dead-letter-strategy': 'at-least-once',
      overflow: 'reject-publish',
    };
    const held = broker(policy('p', sure), { ...quorum('a'), policy: 'p' });
    const depths = { a: { ...known(8), leaving: 2 } };
    const lossBy = async (definition: object) => {
      const change = updateStep(policy('p', sure), policy('p', definition));
      const [found] = await withEffects([change], held, reading(depths));
      return found?.effect?.loss;
    };
    for (const definition of [five, { ...sure, overflow: 'drop-head' }])
      expect(await lossBy({ ...definition, 'max-length': 50 })).toEqual({
        ...{ queues: 1, messages: 2, uncounted: 0 },
        some: [{ address: 'queues/%2F/a', by: 'at-least-once dead-lettering ends' }],
      });
    expect(await lossBy({ ...sure, 'dead-letter-exchange': 'other' })).toBeUndefined();
  });

  test('only for queues that may lose something, or that a note is about', async () => {
    const asked: string[] = [];
    await withEffects([step], live, reading({}, asked));
    await withEffects(
      [createStep(policy('p', { 'max-length': 5 }, { 'apply-to': 'exchanges' }))],
      live,
      reading({}, asked),
    );
    await withEffects([createStep(policy('p', { 'message-ttl': 5 }))], live, reading({}, asked));
    expect(asked).toEqual(['a', 'b']);
  });
});

describe('what happens later to messages that stay is noted', () => {
  const full = (name: string, more: Partial<LiveQueue> = {}) =>
    queue(name, { type: 'quorum', ready: 3, unacked: 1, ...more });
  const change = (from: object, to: object, ...queues: LiveQueue[]): string[] => {
    const [before, after] = [policy('p', from), policy('p', to)];
    const held = queues.map((one) => ({ ...one, policy: 'p' }));
    const [line = ''] = said(broker(before, ...held), updateStep(before, after));
    return line.split(' | ').slice(2);
  };

  test('a lower delivery limit, and what was delivered more often', () => {
    expect(change({ 'delivery-limit': 9 }, { 'delivery-limit': 2 }, full('a'), full('b'))).toEqual([
      'delivery-limit 9 → 2, 8 messages in 2 queues: what was delivered more often is dropped when it is requeued next: a, b',
    ]);
    const dlx = { 'dead-letter-exchange': 'dlx' };
    expect(change({ ...dlx, 'delivery-limit': -1 }, dlx, full('a'))).toEqual([
      'delivery-limit none → 20, 4 messages in 1 queue: what was delivered more often is dead-lettered to exchange "dlx" when it is requeued next: a',
    ]);
  });

  test('dead letters that go elsewhere, or nowhere', () => {
    const [old, next] = [{ 'dead-letter-exchange': 'old' }, { 'dead-letter-exchange': '' }];
    const key = { 'dead-letter-routing-key': 'lost' };
    expect(change(old, { ...next, ...key }, full('a'))).toEqual([
      'dead-letter-exchange "old" → "", dead-letter-routing-key none → "lost", 4 messages in 1 queue: dead letters are sent to the default exchange with routing key "lost" from now on: a',
    ]);
    expect(change({ ...old, ...key }, old, full('a'))).toEqual([
      'dead-letter-routing-key "lost" → none, 4 messages in 1 queue: dead letters are sent to exchange "old" with their own routing keys from now on: a',
    ]);
    expect(change(old, five, full('a'))).toEqual([
      'dead-letter-exchange "old" → none, 4 messages in 1 queue: dead letters are dropped from now on: a',
    ]);
  });

  test('nothing of what concerns no message, or takes nothing away', () => {
    expect(change({ 'delivery-limit': 9 }, { 'delivery-limit': 2 }, queue('a'))).toEqual([]);
    const empty = full('a', { ready: 0, unacked: 0 });
    expect(change({ 'delivery-limit': 9 }, { 'delivery-limit': 2 }, empty)).toEqual([]);
    expect(change({ 'delivery-limit': 2 }, { 'delivery-limit': 9 }, full('a'))).toEqual([]);
    expect(change(five, { ...five, 'dead-letter-exchange': 'dlx' }, full('a'))).toEqual([]);
  });
});
