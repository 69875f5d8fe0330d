// Where messages are sent on to, in exact words: errors, refusals, warnings, and the order of
// deletes.
import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../src/topology/problem.ts';
import type { Policy } from '../../src/topology/object.ts';
import { brokerOf, lines, planOf, policy } from './shorthand.ts';

interface Situation {
  readonly desired: string;
  readonly live?: string;
  readonly own?: string;
  readonly policies?: readonly Policy[];
  readonly declaredPolicies?: readonly Policy[];
}

const plan = ({ live = '', own = 'own.*', ...rest }: Situation) => planOf({ live, own, ...rest });

async function refused(situation: Situation): Promise<string[]> {
  const { refusals } = await plan(situation);
  return refusals.map(({ address = '', reason }) => `${address}: ${reason}`);
}

async function warned(situation: Situation): Promise<string[]> {
  const { warnings } = await plan(situation);
  return warnings.map(({ message }) => message);
}

async function problems(situation: Situation): Promise<string[]> {
  const error: unknown = await plan(situation).catch((reason: unknown) => reason);
  if (!(error instanceof InvalidInput)) throw new Error('no problem');
  return error.problems.map(({ message, hint = '' }) => `${message} | ${hint}`);
}

const dlx = (name: string, more: object = {}) => ({ 'dead-letter-exchange': name, ...more });
const byPolicy = (definition: object, pattern = '.*') => [policy('p', pattern, definition)];
const drops = 'send messages on to it, and they would be dropped';

describe('deleting the target of a declared object is an error', () => {
  test.for<[name: string, situation: Situation, said: string]>([
    [
      'a dead-letter exchange',
      { desired: 'q:q dead own.x', live: 'e:own.x' },
      'queue "q": its x-dead-letter-exchange "own.x" is managed but not declared, so it would be deleted | declare the exchange, protect it, or take it out of manage',
    ],
    [
      'a queue behind the default exchange',
      { desired: 'q:q dead  key own.d', live: 'q:own.d' },
      'queue "q": its x-dead-letter-exchange "" leads to queue "own.d", which is managed but not declared, so it would be deleted | declare the queue, protect it, or take it out of manage',
    ],
    [
      'a queue behind the default exchange, by the key of a declared binding',
      { desired: 'q:q dead , amq.direct>q own.d', live: 'q:own.d' },
      'queue "q": its x-dead-letter-exchange "" leads to queue "own.d", which is managed but not declared, so it would be deleted | declare the queue, protect it, or take it out of manage',
    ],
    [
      'the exchange of a policy, of a live object',
      { desired: 'q:q', live: 'q:q @p, e:own.x', policies: byPolicy(dlx('own.x')) },
      'queue "q": its dead-letter-exchange "own.x" (policy p) is managed but not declared, so it would be deleted | declare the exchange, protect it, or take it out of manage',
    ],
    [
      'the exchange of a policy, of a new object',
      { desired: 'e:e', live: 'e:own.x', policies: byPolicy({ 'alternate-exchange': 'own.x' }) },
      'exchange "e": its alternate-exchange "own.x" (policy p) is managed but not declared, so it would be deleted | declare the exchange, protect it, or take it out of manage',
    ],
    [
      'the exchange of a policy that stays, beside one that changes',
      {
        desired: 'q:q',
        live: 'q:q @p, e:own.x',
        policies: [...byPolicy(dlx('own.x')), policy('own.low -1', '.*', dlx('own.x'))],
      },
      'queue "q": its dead-letter-exchange "own.x" (policy p) is managed but not declared, so it would be deleted | declare the exchange, protect it, or take it out of manage',
    ],
    [
      'the exchange that a policy names from now on',
      {
        desired: 'q:q',
        live: 'q:q @p, e:own.x',
        policies: byPolicy(dlx('amq.fanout')),
        declaredPolicies: byPolicy(dlx('own.x')),
      },
      'queue "q": its dead-letter-exchange "own.x" (policy p) is managed but not declared, so it would be deleted | declare the exchange, protect it, or take it out of manage',
    ],
  ])('%s', async ([, situation, said]) => {
    expect(await problems(situation)).toEqual([said]);
  });

  test.for<[name: string, situation: Situation]>([
    [
      'not where the policy names another from now on',
      {
        desired: 'q:q',
        live: 'q:q @p, e:own.x',
        policies: byPolicy(dlx('own.x')),
        declaredPolicies: byPolicy(dlx('amq.fanout')),
      },
    ],
    [
      'not where the policy goes, too',
      {
        desired: 'q:q',
        live: 'q:q @own, e:own.x',
        own: 'own*',
        policies: [policy('own', '.*', dlx('own.x'))],
      },
    ],
    [
      'not where another policy takes over',
      {
        desired: 'q:q',
        live: 'q:q @p, e:own.x',
        policies: byPolicy(dlx('own.x')),
        declaredPolicies: [policy('high 5', '.*', { expires: 5 })],
      },
    ],
  ])('%s', async ([, situation]) => {
    const planned = await plan(situation);
    expect(planned.refusals).toEqual([]);
    expect(lines(planned).at(-1)).toMatch(/^delete e:own\.x, needs policies\/%2F\/\w+$/);
  });
});

describe('a sender that stays refuses the delete of its target', () => {
  test.for<[name: string, situation: Situation, said: string[]]>([
    [
      'over the default exchange, by a routing key',
      { desired: '', live: 'q:q dead  key own.d, q:own.d' },
      [`queues/%2F/own.d: queue q (x-dead-letter-exchange) would ${drops}`],
    ],
    [
      'not where the sender goes, too',
      { desired: '', live: 'q:own.q dead  key own.d, q:own.d' },
      [],
    ],
    ['not by a key that is the queue itself', { desired: '', live: 'q:own.d dead  key own.d' }, []],
    [
      'over the default exchange, by the key of any direct binding',
      { desired: '', live: 'e:x, q:q dead , x>q own.d, q:own.d, q:own.e' },
      [`queues/%2F/own.d: queue q (x-dead-letter-exchange) would ${drops}`],
    ],
    [
      'not by a binding that goes with its exchange',
      { desired: '', live: 'e:own.x, q:q dead , own.x>q own.d, q:own.d' },
      [],
    ],
    [
      'by a topic pattern that fits',
      { desired: '', live: 'e:x topic, q:q dead , x>q own.*, q:own.d, q:own.d.e' },
      [`queues/%2F/own.d: queue q (x-dead-letter-exchange) may ${drops}`],
    ],
    [
      'by a topic key without wildcards',
      { desired: '', live: 'e:t topic, q:q dead , t>q own.d, q:own.d' },
      [`queues/%2F/own.d: queue q (x-dead-letter-exchange) would ${drops}`],
    ],
    [
      'by a policy of a live queue',
      { desired: '', live: 'q:q @p, e:own.x', policies: byPolicy(dlx('own.x')) },
      [`exchanges/%2F/own.x: queue q (dead-letter-exchange of policy p) would ${drops}`],
    ],
    [
      'not by a policy that the broker does not name, though its pattern fits',
      { desired: '', live: 'q:q, e:own.x', policies: byPolicy(dlx('own.x')) },
      [],
    ],
    [
      'not by a policy that the own argument wins over',
      { desired: '', live: 'q:q dead amq.fanout @p, e:own.x', policies: byPolicy(dlx('own.x')) },
      [],
    ],
    [
      'by the key of a policy and an argument of its own',
      {
        desired: '',
        live: 'q:q dead  @p, q:own.d',
        policies: byPolicy({ 'dead-letter-routing-key': 'own.d' }),
      },
      [`queues/%2F/own.d: queue q (x-dead-letter-exchange) would ${drops}`],
    ],
    [
      'not by the key of a policy alone',
      {
        desired: '',
        live: 'q:q @p, q:own.d',
        policies: byPolicy({ 'dead-letter-routing-key': 'own.d' }),
      },
      [],
    ],
    [
      'by the policy of highest priority, of a new queue',
      {
        desired: 'q:q',
        live: 'e:own.x, e:own.y',
        policies: [
          policy('low', '.*', dlx('own.x')),
          policy('p 5', '[[:alpha:]]', dlx('own.y')),
          policy('none 9', '^other$', dlx('own.x')),
        ],
      },
      [
        `exchanges/%2F/own.x: queue q (dead-letter-exchange of policy low) may ${drops}`,
        `exchanges/%2F/own.y: queue q (dead-letter-exchange of policy p) may ${drops}`,
      ],
    ],
    [
      'by either of two policies of one priority',
      {
        desired: 'q:q',
        live: 'e:own.x, e:own.y, e:own.z',
        policies: [
          policy('a', '.*', dlx('own.x')),
          policy('b', '.*', dlx('own.y')),
          policy('low -1', '.*', dlx('own.z')),
        ],
      },
      [
        `exchanges/%2F/own.x: queue q (dead-letter-exchange of policy a) may ${drops}`,
        `exchanges/%2F/own.y: queue q (dead-letter-exchange of policy b) may ${drops}`,
      ],
    ],
    [
      'not by a policy for another kind or type',
      {
        desired: 'q:q',
        live: 'e:own.x',
        policies: [
          policy('a', '.*', dlx('own.x'), 'exchanges'),
          policy('b', '.*', dlx('own.x'), 'quorum_queues'),
          policy('c', '.*', dlx('own.x', { 'delivery-limit': 5 })),
        ],
      },
      [],
    ],
    [
      'by a policy with a key that topo does not know',
      { desired: 'q:q', live: 'e:own.x', policies: byPolicy(dlx('own.x', { 'new-key': 1 })) },
      [`exchanges/%2F/own.x: queue q (dead-letter-exchange of policy p) may ${drops}`],
    ],
  ])('%s', async ([, situation, said]) => {
    expect(await refused({ ...situation, desired: situation.desired || 'e:z' })).toEqual(said);
  });

  test('a sender through the default exchange with any key only warns', async () => {
    const live =
      'e:x fanout, q:q dead , x>q, e:t topic, q:r dead , t>r #, q:own.d, q:own.e, e:own.f';
    expect(await refused({ desired: 'e:z', live })).toEqual([]);
    expect(await warned({ desired: 'e:z', live })).toEqual([
      'queue q (x-dead-letter-exchange) and 1 other would dead-letter messages whose routing key names a deleted queue, "own.d" and 1 other, and they would be dropped',
    ]);
    expect(await warned({ desired: 'q:own.d, q:own.e', live })).toEqual([]);
  });
});

test('a queue goes before the one that it dead-letters to, by any way', async () => {
  const live = 'q:own.z dead  key own.b, q:own.b @p, q:own.a, e:own.y, amq.direct>own.z';
  const policies = byPolicy({ 'dead-letter-exchange': '', 'dead-letter-routing-key': 'own.a' });
  expect(lines(await plan({ desired: 'e:z', live, policies })).slice(1)).toEqual([
    '~delete b:amq.direct/q/own.z/~, because q:own.z, needs q:own.z, unmanaged',
    'delete e:own.y',
    'delete q:own.z',
    'delete q:own.b, needs q:own.z',
    'delete q:own.a, needs q:own.b',
  ]);
});

describe('a loose end causes a warning', () => {
  const lost = 'so dead letters are dropped';
  test.for<[name: string, situation: Situation, said: string[]]>([
    [
      'an exchange that is nowhere',
      { desired: 'q:q dead x' },
      [`queue "q": its x-dead-letter-exchange "x" is neither declared nor on the broker, ${lost}`],
    ],
    [
      'an alternate exchange that is nowhere',
      { desired: 'e:e else x' },
      [
        'exchange "e": its alternate-exchange "x" is neither declared nor on the broker, so unroutable messages are dropped',
      ],
    ],
    [
      'a queue that is nowhere',
      { desired: 'q:q dead  key d' },
      [
        `queue "q": its x-dead-letter-exchange "" leads to queue "d", which is neither declared nor on the broker, ${lost}`,
      ],
    ],
    ['not one that is live', { desired: 'q:q dead  key d', live: 'q:d' }, []],
    ['not without a key and without bindings', { desired: 'q:q dead ' }, []],
    [
      'an exchange of a policy',
      { desired: 'q:q', policies: byPolicy(dlx('x')) },
      [
        `queue "q": its dead-letter-exchange "x" (policy p) is neither declared nor on the broker, ${lost}`,
      ],
    ],
    [
      'not what depends on a pattern that topo can not read',
      { desired: 'q:q', policies: byPolicy(dlx('x'), '[[:alpha:]]') },
      [],
    ],
    [
      'the default exchange as an alternate exchange',
      { desired: 'e:e else ' },
      [
        'exchange "e": its alternate-exchange "" is the default exchange, which takes no messages from another, so unroutable messages are dropped',
      ],
    ],
    [
      'an exchange with nothing bound, declared',
      { desired: 'q:q dead x, e:x' },
      [`queue "q": its x-dead-letter-exchange "x" leads to no queue, ${lost}`],
    ],
    [
      'an exchange with nothing bound, live',
      { desired: 'q:q dead x', live: 'e:x' },
      [`queue "q": its x-dead-letter-exchange "x" leads to no queue, ${lost}`],
    ],
    [
      'an exchange that leads to exchanges only',
      { desired: 'q:q dead x, e:x, e:y, x>>y, y>>x' },
      [`queue "q": its x-dead-letter-exchange "x" leads to no queue, ${lost}`],
    ],
    ['not one with a queue further on', { desired: 'q:q dead x, e:x, e:y, x>>y, y>q' }, []],
    ['not one with an alternate exchange', { desired: 'q:q dead x, e:x else y, e:y, y>q' }, []],
    [
      'not one with the alternate exchange of a policy',
      {
        desired: 'q:q dead x, e:x, e:y, y>q',
        policies: byPolicy({ 'alternate-exchange': 'y' }, '^x$'),
      },
      [],
    ],
    [
      'a direct exchange without the key',
      { desired: 'q:q dead x key k, e:x, x>q other' },
      [`queue "q": its x-dead-letter-exchange "x" has no route for the routing key "k", ${lost}`],
    ],
    [
      'a topic exchange without the key',
      { desired: 'q:q dead x key a.b.c, e:x topic, x>q a.*' },
      [
        `queue "q": its x-dead-letter-exchange "x" has no route for the routing key "a.b.c", ${lost}`,
      ],
    ],
    ['not one with the key', { desired: 'q:q dead x key a.b, e:x topic, x>q a.*' }, []],
    [
      'not a headers exchange with bindings',
      { desired: 'q:q dead x key k', live: 'e:x headers, q:q dead x key k, x>q' },
      [],
    ],
    [
      'one of the keys that messages come with',
      { desired: 'q:q dead x, e:in, in>q a, in>q b, e:x, x>q a' },
      [
        'queue "q": its x-dead-letter-exchange "x" has no route for the routing key "b", so such dead letters are dropped',
      ],
    ],
    [
      'not where the keys are not known',
      { desired: 'q:q dead x, f>q, e:x, x>q a', live: 'e:f fanout' },
      [],
    ],
    [
      'not of others, who had no way before',
      { desired: 'e:z', live: 'q:q dead x, e:e else y' },
      [],
    ],
    [
      'of others, whose way the plan takes',
      { desired: 'e:z', live: 'q:q dead x, e:x, x>own.d, q:own.d' },
      [`queue "q": its x-dead-letter-exchange "x" leads to no queue, ${lost}`],
    ],
    [
      'of others, whose binding the plan takes',
      { desired: 'q:own.d', live: 'q:q dead own.x, e:own.x, own.x>own.d, q:own.d', own: 'own.*' },
      [],
    ],
  ])('%s', async ([, situation, said]) => {
    expect(await warned(situation)).toEqual(said);
  });

  test('not if the target is declared and only left out of the plan', async () => {
    const desired = 'q:q dead x, e:x, x>q, q:other';
    const { warnings } = await planOf({ desired, live: '', targets: ['other'] });
    expect(warnings).toEqual([]);
  });
});

describe("a replaced queue's change of policy is reported", () => {
  const classic = policy(
    'c',
    '.*',
    { 'max-length': 5, 'dead-letter-exchange': 'x' },
    'classic_queues',
  );
  const replace = { desired: 'q:q quorum', live: 'q:q @c, e:x, x>q' };
  test.for<[name: string, situation: Situation, said: string[]]>([
    [
      'where its policy is for the old type only',
      { ...replace, policies: [classic] },
      [
        'queue "q" as a quorum queue: policy "c" (dead-letter-exchange, max-length) no longer applies',
      ],
    ],
    [
      'where another applies then',
      { ...replace, policies: [classic, policy('q', '.*', { expires: 5 }, 'quorum_queues')] },
      [
        'queue "q" as a quorum queue: policy "c" (dead-letter-exchange, max-length) no longer applies, and policy "q" (expires) applies',
      ],
    ],
    [
      'where it had none',
      { ...replace, live: 'q:q', policies: [policy('q', '.*', { expires: 5 }, 'quorum_queues')] },
      ['queue "q" as a quorum queue: policy "q" (expires) applies'],
    ],
    [
      'where one key of it is for the old type only',
      { ...replace, policies: [policy('c', '.*', { 'queue-mode': 'lazy' })] },
      ['queue "q" as a quorum queue: policy "c" (queue-mode) no longer applies'],
    ],
    [
      'where it can not be told',
      { ...replace, policies: [policy('c', '.*', { 'of-a-plugin': 5 })] },
      ['queue "q" as a quorum queue: policy "c" (of-a-plugin) may no longer apply'],
    ],
    ['not where it stays', { ...replace, policies: [policy('c', '.*', { expires: 5 })] }, []],
    [
      'not where the type stays',
      { desired: 'q:q max 5', live: 'q:q @c, e:x, x>q', policies: [classic] },
      [],
    ],
  ])('%s', async ([, situation, said]) => {
    expect(await warned(situation)).toEqual(said);
  });
});

test('unreadable policies are reported if an object has one', async () => {
  const messages = async (live: string) => {
    const { warnings } = await planOf({ desired: 'q:q', live }, brokerOf(live, null));
    return warnings.map(({ message }) => message);
  };
  expect(await messages('q:q')).toEqual([]);
  expect(await messages('q:q @p')).toEqual([
    'queues/%2F/q has policy "p", but topo could not read policies: their dead-letter and alternate exchanges are unknown',
  ]);
});
