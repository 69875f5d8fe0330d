// Problems of a file that only the broker reveals, in exact words.
import { describe, expect, test } from 'vitest';
import { check } from '../../src/reconcile/check.ts';
import { Outlook } from '../../src/reconcile/outlook.ts';
import type { Desired, Doubt } from '../../src/topology/desired.ts';
import { normalizeExchange } from '../../src/topology/kinds/exchange.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import type { Live } from '../../src/topology/live.ts';
import { InvalidInput, type Problem } from '../../src/topology/problem.ts';
import { brokerOf, objectsOf, scopeOf } from './shorthand.ts';
import { toDesired } from './worlds.ts';

const at = { file: 'topology.yaml', line: 1, col: 1 };

const problemsOf = (desired: Desired, live: string): readonly Problem[] =>
  problemsIn(desired, brokerOf(live).live);

function problemsIn(desired: Desired, live: Live): readonly Problem[] {
  try {
    check(desired, live, new Outlook(desired, live));
    return [];
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
}

const withHint = ({ message, hint = '' }: Problem): string => `${message} | ${hint}`;

const desiredOf = (text: string, own = '', safe = ''): Desired =>
  toDesired(objectsOf(text), scopeOf(own, safe));

describe('ends of bindings', () => {
  const rows: [situation: string, desired: string, live: string, own: string, said: string[]][] = [
    ['both declared', 'e:e, q:q, e>q', '', '', []],
    ['both live', 'e>q', 'e:e, q:q', '', []],
    ['a predefined exchange', 'q:q, amq.direct>q', '', '', []],
    [
      'a source that is nowhere',
      'q:q, e>q',
      '',
      '',
      [
        'binding e → q: exchange "e" is neither declared nor on the broker | declare the exchange, or correct the name',
      ],
    ],
    [
      'a destination that is an exchange',
      'e:e, e:other, e>other',
      '',
      '',
      [
        'binding e → other: queue "other" is neither declared nor on the broker | declare the queue, or correct the name; there is an exchange of this name: destination_type: exchange',
      ],
    ],
    [
      'a destination that is a live queue',
      'e:e, e>>q',
      'q:q',
      '',
      [
        'binding e → q (exchange): exchange "q" is neither declared nor on the broker | declare the exchange, or correct the name; there is a queue of this name: destination_type: queue',
      ],
    ],
    [
      'an end that would be deleted',
      'e:e, e>own.q',
      'q:own.q',
      'own.*',
      [
        'binding e → own.q: queue "own.q" is managed but not declared, so it would be deleted | declare the queue, protect it, or take it out of manage; to let it go, remove the binding too',
      ],
    ],
    [
      'an exchange that would be deleted, where a queue has its name',
      'e:e, q:own.x, e>>own.x, e>own.x',
      'e:own.x',
      'own.*',
      [
        'binding e → own.x (exchange): exchange "own.x" is managed but not declared, so it would be deleted | declare the exchange, protect it, or take it out of manage; to let it go, remove the binding too',
      ],
    ],
    ['an end that is managed and declared', 'e:e, q:own.q, e>own.q', 'q:own.q', 'own.*', []],
    ['a predefined exchange where all is owned', 'q:q, amq.direct>q', '', 'all', []],
  ];
  test.each(rows)('%s', (_situation, desired, live, own, said) => {
    const problems = problemsOf(desiredOf(desired, own), live);
    expect(problems.map(withHint)).toEqual(said);
  });

  test('an end that is managed and protected stays', () => {
    expect(problemsOf(desiredOf('e:e, e>own.q', 'own.*', 'own.q'), 'q:own.q')).toEqual([]);
  });
});

describe('an exclusive queue', () => {
  const broker = brokerOf('e:e, q:mine');
  const mine = broker.objects.get('queues/%2F/mine');
  if (mine?.kind === 'queue') broker.objects.set('queues/%2F/mine', { ...mine, system: true });
  const saidOf = (desired: string): string[] =>
    problemsIn(desiredOf(desired), broker.live).map(withHint);

  test.each(['q:mine', 'q:mine max 5'])("can't be declared: %s", (desired) => {
    expect(saidOf(desired)).toEqual([
      'queue "mine" on the broker is exclusive, or belongs to RabbitMQ or a plugin | declare another name, or stop what holds it',
    ]);
  });
  test("can't be bound", () => {
    expect(saidOf('e>mine')).toEqual([
      'binding e → mine: queue "mine" is exclusive, or belongs to RabbitMQ or a plugin | bind a queue of your own',
    ]);
  });
});

describe('a queue without a type', () => {
  const untyped = (argument: string): Desired => {
    const queue = normalizeQueue({ name: 'q', arguments: { [argument]: 5 } }, '/');
    return toDesired([queue], scopeOf(''));
  };
  const { live } = brokerOf('');
  const vhosts = new Map([['/', { name: '/', default_queue_type: 'quorum' }]]);

  test('takes no argument that its default type lacks', () => {
    expect(problemsIn(untyped('x-delivery-limit'), live)).toEqual([
      {
        code: 'foreign-argument',
        message:
          'queue "q" has no type: x-delivery-limit is an argument of quorum queues, but this one is classic',
        hint: 'RabbitMQ refuses it; set a type, such as type: quorum, or remove the argument',
        at,
      },
    ]);
  });
  test('takes it if the vhost has that default', () => {
    expect(problemsIn(untyped('x-delivery-limit'), { ...live, vhosts })).toEqual([]);
    expect(problemsIn(untyped('x-max-priority'), { ...live, vhosts })).toHaveLength(1);
  });
});

describe('bindings that the type of a live source refuses', () => {
  const rows: [situation: string, desired: string, live: string, said: string[]][] = [
    ['a weight', 'q:q, ring>q 5', 'e:ring x-consistent-hash', []],
    [
      'a key that is no weight',
      'q:q, ring>q k',
      'e:ring x-consistent-hash',
      [
        'a routing key of the x-consistent-hash exchange "ring" is a weight, not "k" | RabbitMQ refuses it; write a whole number from 1, in quotes: the destination\'s share of the messages',
      ],
    ],
    ['a type that the file changes', 'e:ring topic, q:q, ring>q k', 'e:ring x-consistent-hash', []],
    [
      'a live queue that is not classic',
      'near>q',
      'e:near x-local-random, q:q quorum',
      [
        `the x-local-random exchange "near" leads to classic queues only, not to a quorum queue | RabbitMQ refuses it; bind a classic queue, or change the exchange's type`,
      ],
    ],
  ];
  test.each(rows)('%s', (_situation, desired, live, said) => {
    expect(problemsOf(desiredOf(desired), live).map(withHint)).toEqual(said);
  });
});

test('a type that the broker lacks, behind the delay of an exchange', () => {
  const delayed = {
    name: 'e',
    type: 'x-delayed-message',
    arguments: { 'x-delayed-type': 'x-random' },
  };
  const exchange = normalizeExchange(delayed, '/');
  const { live } = brokerOf('');
  const exchange_types = new Set(['direct', 'x-delayed-message']);
  const broker = { ...live.broker, exchange_types };
  expect(problemsIn(toDesired([exchange]), { ...live, broker }).map(withHint)).toEqual([
    'exchange "e" has x-delayed-type "x-random", which the broker does not have | the broker has direct, x-delayed-message; a plugin may bring more',
  ]);
});

test('an exchange type that the broker lacks', () => {
  expect(problemsOf(desiredOf('e:e x-random'), '')).toEqual([
    {
      code: 'no-such-exchange-type',
      message: 'exchange "e" has type "x-random", which the broker does not have',
      hint: 'the broker has direct, topic, x-consistent-hash; a plugin may bring more',
      at,
    },
  ]);
});

test('a missing vhost, without a word about its bindings', () => {
  const desired = desiredOf('q:q, amq.direct>q');
  const elsewhere = { ...desired, vhosts: new Map([['v', at]]) };
  expect(problemsOf(elsewhere, '')).toEqual([
    {
      code: 'no-such-vhost',
      message: 'vhost "v" does not exist on the broker, or this user may not see it',
      hint: "declare it (vhosts: [{ name: \"v\" }]), let the user in (rabbitmqctl set_permissions -p v guest '' '' ''), or correct the name",
      at,
    },
  ]);
});

describe('an argument in doubt', () => {
  const problem = { code: 'unknown-argument', message: 'unknown', at };
  const doubts: Doubt[] = [
    { address: 'queues/%2F/q', argument: 'x-max-length', isExported: false, problem },
  ];
  const desired = { ...desiredOf('q:q max 5'), doubts };

  test('is a problem if the queue is new', () => {
    expect(problemsOf(desired, '')).toEqual([problem]);
  });
  test('is a problem if the queue has another value', () => {
    expect(problemsOf(desired, 'q:q max 6')).toEqual([problem]);
  });
  test('is only a warning if the queue has exactly that', () => {
    const { live } = brokerOf('q:q max 5');
    expect(check(desired, live, new Outlook(desired, live))).toEqual([problem]);
  });
});

test('all problems are reported at once', () => {
  expect(problemsOf(desiredOf('e:e x-random, e>nowhere'), '')).toHaveLength(2);
});
