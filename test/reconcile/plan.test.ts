// Plans as text: the steps, their order, and why.
import { describe, expect, test } from 'vitest';
import { noConsents } from '../../src/reconcile/consents.ts';
import { recordsOf } from '../../src/reconcile/record.ts';
import { hasOwnRequest } from '../../src/reconcile/step.ts';
import { brokerOf, lines, planOf } from './shorthand.ts';

type Row = [situation: string, desired: string, live: string, own: string, steps: string[]];

test('a queue that is bound again gets the history of its exchange again, and that is told', async () => {
  const live = 'q:q, e:e x-recent-history, e>q k';
  const told = async (desired: string) =>
    (await planOf({ desired, live, own: '' })).warnings.filter(({ code }) => code === 'history');
  expect(await told('q:q max 5')).toMatchObject([
    { message: expect.stringContaining('queues/%2F/q gets the last messages') as string },
  ]);
  expect(await told('q:q max 5, e:e')).toEqual([]);
});

describe('order', () => {
  const rows: Row[] = [
    ['nothing desired, nothing live', '', '', '', []],
    [
      'objects before the bindings that need them',
      'q:q, e:e, e>q k',
      '',
      '',
      ['create e:e', 'create q:q', 'create b:e/q/q/k, needs e:e q:q'],
    ],
    [
      'a binding between live ends needs nothing',
      'q:q, e:e, e>q k',
      'q:q, e:e',
      '',
      ['create b:e/q/q/k'],
    ],
    [
      'a new way before the old one goes',
      'q:q, e:e, e>q new',
      'q:q, e:e, e>q old',
      '',
      [
        'create b:e/q/q/new',
        'delete b:e/q/q/old, needs e:e/bindings/source q:q/bindings/destination',
      ],
    ],
    [
      'a new way before an old queue goes',
      'q:new, e:e, e>new',
      'q:own.old, e:e, e>own.old',
      'own.*',
      [
        'create q:new',
        'create b:e/q/new/~, needs q:new',
        '~delete b:e/q/own.old/~, because q:own.old, needs q:own.old',
        'delete q:own.old, needs e:e/bindings/source',
      ],
    ],
    [
      'a new way to a queue before the old one goes, from whatever exchange',
      'e:new, q:q, new>q',
      'q:q, e:own.old, own.old>q',
      'own.*',
      [
        'create e:new',
        'create b:new/q/q/~, needs e:new',
        '~delete b:own.old/q/q/~, because e:own.old, needs e:own.old',
        'delete e:own.old, needs q:q/bindings/destination',
      ],
    ],
    [
      'on a ring the old one goes first, in one go with the new one',
      'q:q, e:e x-consistent-hash, e>q 2',
      'q:q, e:e x-consistent-hash, e>q 1',
      '',
      ['create b:e/q/q/2', '~delete b:e/q/q/1, because b:e/q/q/2, needs b:e/q/q/2'],
    ],
    [
      'of two on a ring both go, and the one comes back',
      'q:q, e:e x-consistent-hash, e>q 2',
      'q:q, e:e x-consistent-hash, e>q 1, e>q 2',
      '',
      ['~replace b:e/q/q/2, because b:e/q/q/1, needs b:e/q/q/1', 'delete b:e/q/q/1'],
    ],
    [
      'the last one on a ring just goes, and so does one whose destination goes',
      'q:q, q:r max 5, e:e x-consistent-hash, e>r 2',
      'q:q, q:r, e:e x-consistent-hash, e>q 1, e>r 1',
      '',
      [
        'replace q:r',
        'create b:e/q/r/2, needs q:r',
        'delete b:e/q/q/1, needs e:e/bindings/source',
        '~delete b:e/q/r/1, because q:r, needs q:r',
      ],
    ],
    [
      'a ring that lives by its bindings is replaced when all of them go',
      'q:q, e:e x-consistent-hash auto_delete, e>q 2',
      'q:q, e:e x-consistent-hash auto_delete, e>q 1',
      '',
      [
        'replace e:e, because b:e/q/q/1',
        'create b:e/q/q/2, needs e:e',
        '~delete b:e/q/q/1, because e:e, needs e:e',
      ],
    ],
    [
      'a ring that keeps a binding stays',
      'q:q, q:r, e:e x-consistent-hash auto_delete, e>q 2, e>r 1',
      'q:q, q:r, e:e x-consistent-hash auto_delete, e>q 1, e>r 1',
      '',
      ['create b:e/q/q/2', '~delete b:e/q/q/1, because b:e/q/q/2, needs b:e/q/q/2'],
    ],
    [
      'deletes in reverse',
      'e:x',
      'e:x, e:own.e, q:own.q, own.e>own.q k, x>own.q k, x>>own.e',
      'own.*',
      [
        '~delete b:own.e/q/own.q/k, because e:own.e, needs e:own.e',
        '~delete b:x/e/own.e/~, because e:own.e, needs e:own.e',
        '~delete b:x/q/own.q/k, because q:own.q, needs q:own.q',
        'delete e:own.e',
        'delete q:own.q, needs e:own.e',
      ],
    ],
    [
      'what leads somewhere is deleted before the place',
      '',
      'e:own.in else own.rest, e:own.rest, e:own.next, q:own.dead, q:own.q dead own.failed, e:own.failed, own.in>>own.next, own.next>own.q, own.failed>own.dead',
      'own.*',
      [
        '~delete b:own.failed/q/own.dead/~, because e:own.failed, needs e:own.failed',
        '~delete b:own.in/e/own.next/~, because e:own.in, needs e:own.in',
        '~delete b:own.next/q/own.q/~, because e:own.next, needs e:own.next',
        'delete e:own.in',
        'delete e:own.next, needs e:own.in',
        'delete e:own.rest, needs e:own.in',
        'delete q:own.q, needs e:own.next',
        'delete e:own.failed, needs q:own.q',
        'delete q:own.dead, needs e:own.failed',
      ],
    ],
    [
      'a circle of retries is cut at an exchange',
      '',
      'e:own.in, q:own.q dead own.retry, e:own.retry, q:own.wait dead own.in, own.in>own.q, own.retry>own.wait',
      'own.*',
      [
        '~delete b:own.in/q/own.q/~, because e:own.in, needs e:own.in',
        '~delete b:own.retry/q/own.wait/~, because e:own.retry, needs e:own.retry',
        'delete q:own.q, needs e:own.in',
        'delete e:own.retry, needs q:own.q',
        'delete q:own.wait, needs e:own.retry',
        'delete e:own.in, needs q:own.wait',
      ],
    ],
    [
      'a queue that dead-letters into itself, and to what stays, waits for nothing',
      'e:theirs',
      'q:own.q dead theirs, q:own.r dead, e:theirs, e:own.e else own.e',
      'own.*',
      ['delete e:own.e', 'delete q:own.q', 'delete q:own.r'],
    ],
    [
      'a replaced queue brings its bindings back',
      'q:q max 5',
      'q:q, e:theirs, theirs>q k, amq.direct>q',
      '',
      [
        'replace q:q',
        '~replace b:amq.direct/q/q/~, because q:q, needs q:q, unmanaged',
        '~replace b:theirs/q/q/k, because q:q, needs q:q, unmanaged',
      ],
    ],
    [
      'a stale binding leads on, and goes after the queue is replaced',
      'q:q max 5, e:e',
      'q:q, e:e, e>q stale',
      '',
      ['replace q:q', 'delete b:e/q/q/stale'],
    ],
    [
      'a queue is replaced with its old binding, which goes once the new one is there',
      'q:q max 5, e:e, e>q new',
      'q:q, e:e, e>q old',
      '',
      [
        'replace q:q',
        'create b:e/q/q/new, needs q:q',
        'delete b:e/q/q/old, needs e:e/bindings/source q:q/bindings/destination',
      ],
    ],
    [
      'so is an exchange, and each end of a binding',
      'q:q max 5, e:e topic, e>q new',
      'q:q, e:e, e>q old',
      '',
      [
        'replace q:q',
        'replace e:e',
        'create b:e/q/q/new, needs e:e q:q',
        'delete b:e/q/q/old, needs e:e/bindings/source q:q/bindings/destination',
      ],
    ],
    [
      'one to an exchange that may go with its last binding goes with the replacement',
      'e:e auto_delete, q:q',
      'e:e, q:q, e>q old',
      '',
      ['replace e:e', '~delete b:e/q/q/old, because e:e, needs e:e'],
    ],
    [
      'queues are replaced before exchanges, and those last that lead to others',
      'e:a topic, e:b topic, q:q max 5, a>>b, b>q',
      'e:a, e:b, q:q, a>>b, b>q',
      '',
      [
        'replace q:q',
        'replace e:b',
        'replace e:a, needs e:b',
        '~replace b:a/e/b/~, because e:b, needs e:b',
        '~replace b:b/q/q/~, because q:q, needs q:q',
      ],
    ],
    [
      'a new binding of a replaced queue comes after it',
      'q:q max 5, e:e, e>q new',
      'q:q, e:e',
      '',
      ['replace q:q', 'create b:e/q/q/new, needs q:q'],
    ],
    [
      'an auto_delete exchange is declared again when its last binding goes for good',
      'e:fleeting auto_delete',
      'e:fleeting auto_delete, q:own.q, fleeting>own.q',
      'own.*',
      [
        'replace e:fleeting, because q:own.q',
        '~delete b:fleeting/q/own.q/~, because q:own.q, needs q:own.q',
        'delete q:own.q',
      ],
    ],
    [
      'an auto_delete exchange that gets a new binding in time stays as it is',
      'e:fleeting auto_delete, q:new, fleeting>new',
      'e:fleeting auto_delete, q:own.q, fleeting>own.q',
      'own.*',
      [
        'create q:new',
        'create b:fleeting/q/new/~, needs q:new',
        '~delete b:fleeting/q/own.q/~, because q:own.q, needs q:own.q',
        'delete q:own.q, needs e:fleeting/bindings/source',
      ],
    ],
    [
      'auto_delete exchanges in a row go for a moment with the queue at its end, each because of it',
      'e:a auto_delete, e:b auto_delete, q:q max 5, a>>b, b>q',
      'e:a auto_delete, e:b auto_delete, q:q, a>>b, b>q',
      '',
      [
        'replace q:q',
        'replace e:b, because q:q',
        'replace e:a, because e:b, needs e:b',
        '~replace b:a/e/b/~, because e:b, needs e:b',
        '~replace b:b/q/q/~, because q:q, needs q:q',
      ],
    ],
    [
      'an auto_delete exchange goes for a moment with the only queue it leads to',
      'e:fleeting auto_delete, q:q max 5, fleeting>q',
      'e:fleeting auto_delete, q:q, fleeting>q',
      '',
      [
        'replace q:q',
        'replace e:fleeting, because q:q',
        '~replace b:fleeting/q/q/~, because q:q, needs q:q',
      ],
    ],
    [
      'with another binding it stays',
      'e:fleeting auto_delete, q:q max 5, q:r, fleeting>q, fleeting>r',
      'e:fleeting auto_delete, q:q, q:r, fleeting>q, fleeting>r',
      '',
      ['replace q:q', '~replace b:fleeting/q/q/~, because q:q, needs q:q'],
    ],
  ];
  test.each(rows)('%s', async (_situation, desired, live, own, steps) => {
    expect(lines(await planOf({ desired, live, own }))).toEqual(steps);
  });

  test('beyond 500 bindings of a queue, they go first, by requests of their own', async () => {
    const bound = (n: number) => Array.from({ length: n }, (_, i) => `e>own.q k${i}`).join(', ');
    const own = 'own.*';
    const few = await planOf({ desired: 'e:e', live: `e:e, q:own.q, ${bound(500)}`, own });
    const many = await planOf({ desired: 'e:e', live: `e:e, q:own.q, ${bound(501)}`, own });
    expect(few.steps.filter(hasOwnRequest)).toHaveLength(1);
    expect(many.steps.filter(hasOwnRequest)).toHaveLength(502);
    expect(many.steps.at(-1)?.address).toBe('queues/%2F/own.q');
  });

  test('those of a deleted exchange never do', async () => {
    const bound = Array.from({ length: 501 }, (_, i) => `own.e>q k${i}`).join(', ');
    const { steps } = await planOf({
      desired: 'q:q',
      live: `q:q, e:own.e, ${bound}`,
      own: 'own.*',
    });
    expect(steps.filter(hasOwnRequest)).toHaveLength(1);
  });
});

describe('scope', () => {
  const rows: Row[] = [
    ['undeclared and unmanaged stays', '', 'q:theirs', '', []],
    ['undeclared and managed goes', '', 'q:own.q', 'own.*', ['delete q:own.q']],
    ['all owns all but the predefined', '', 'q:q, e:e', 'all', ['delete e:e', 'delete q:q']],
    [
      'an undeclared binding goes when both its ends are owned',
      'q:q, e:e',
      'q:q, e:e, e>q k',
      '',
      ['delete b:e/q/q/k'],
    ],
    ['and stays when an end is only protected', 'e:e', 'q:own.safe, e:e, e>own.safe k', 'all', []],
    ['and stays when its source is not', 'q:q', 'q:q, e:e, e>q k', '', []],
    ['and stays when its destination is not', 'e:e', 'q:q, e:e, e>q k', '', []],
    ['a binding of a predefined exchange stays', 'q:q', 'q:q, amq.direct>q k', '', []],
    [
      'unless a pattern names the exchange',
      'q:q',
      'q:q, amq.direct>q k',
      'amq.direct',
      ['delete b:amq.direct/q/q/k'],
    ],
    ['or everything is owned', 'q:q', 'q:q, amq.direct>q k', 'all', ['delete b:amq.direct/q/q/k']],
  ];
  test.each(rows)('%s', async (_situation, desired, live, own, steps) => {
    expect(lines(await planOf({ desired, live, own, safe: '*.safe' }))).toEqual(steps);
  });

  test('a protected managed object stays and counts as no change', async () => {
    const plan = await planOf({ desired: '', live: 'q:own.safe', own: 'own.*', safe: '*.safe' });
    expect(plan.steps).toEqual([]);
    expect(plan.refusals).toEqual([]);
    expect(plan.summary).toMatchObject({ managed: 1, unmanaged: 0 });
  });

  test('counts', async () => {
    const plan = await planOf({
      desired: 'q:same, q:new, q:q max 1',
      live: 'q:same, q:q, q:theirs, e:theirs, theirs>q, q:own.gone',
      own: 'own.*',
    });
    expect(plan.summary).toEqual({
      create: 1,
      update: 0,
      replace: 1,
      delete: 1,
      restored: 1,
      refused: 0,
      unchanged: 1,
      unmanaged: 3,
      managed: 3,
      declared: 3,
      left_out: 0,
      vhosts: [{ name: '/', declared: 3, managed: 3 }],
    });
  });
});

describe('selection', () => {
  const desired = 'e:e, q:new, q:q max 5, e>new';
  const live = 'q:q, q:own.gone';
  const rows: [object, string[]][] = [
    [{ only: ['create'] }, ['create e:e', 'create q:new', 'create b:e/q/new/~, needs e:e q:new']],
    [{ only: ['update'] }, ['replace q:q']],
    [{ only: ['delete'] }, ['delete q:own.gone']],
    [{ only: ['update', 'delete'] }, ['replace q:q', 'delete q:own.gone']],
    [{ targets: ['own.gone', 'q'] }, ['replace q:q', 'delete q:own.gone']],
    [{ targets: ['queues/%2F/n*'] }, ['create q:new']],
    [
      { targets: ['bindings/*'] },
      ['create e:e', 'create q:new', 'create b:e/q/new/~, needs e:e q:new'],
    ],
    [{ targets: ['own.gone'], only: ['create'] }, []],
  ];
  test.each(rows)('%j', async (selection, steps) => {
    expect(lines(await planOf({ desired, live, own: 'own.*', ...selection }))).toEqual(steps);
  });
});

test('counts what is left out', async () => {
  const plan = await planOf({
    desired: 'q:a, q:b',
    live: 'q:own.c',
    own: 'own.*',
    only: ['delete'],
  });
  expect(plan.summary).toMatchObject({ create: 0, delete: 1, left_out: 2 });
});

test('a target without a match is a mistake', async () => {
  const typo = planOf({ desired: 'q:a', live: 'q:b', targets: ['a', 'b', 'typo*'] });
  await expect(typo).rejects.toThrow('--target typo* matches nothing declared or live');
});

describe('refusals', () => {
  const rows: [situation: string, desired: string, live: string, codes: string[]][] = [
    ['a protected queue is not replaced', 'q:q.safe max 1', 'q:q.safe', ['protected']],
    ['a protected exchange is not replaced', 'e:e.safe topic', 'e:e.safe', ['protected']],
    [
      'an unowned auto_delete exchange does not go along',
      'q:q',
      'q:q, q:own.q, e:theirs auto_delete, theirs>own.q',
      ['unmanaged'],
    ],
    [
      'exchanges in a circle, one of them auto_delete',
      'e:a topic auto_delete, e:b topic, a>>b, b>>a',
      'e:a auto_delete, e:b, a>>b, b>>a',
      ['circle'],
    ],
    ['in a circle, and none auto_delete', 'e:a topic, e:b topic', 'e:a, e:b, a>>b, b>>a', []],
    ['in a row', 'e:a topic auto_delete, e:b topic, a>>b', 'e:a auto_delete, e:b, a>>b', []],
  ];
  test.each(rows)('%s', async (_situation, desired, live, codes) => {
    const plan = await planOf({ desired, live, own: 'own.*', safe: '*.safe' });
    expect(plan.refusals.map(({ code }) => code)).toEqual(codes);
    expect(plan.summary.refused).toBe(codes.length);
  });

  test('of changes to untouchable objects, in exact words', async () => {
    const plan = await planOf({
      desired: 'q:q.safe max 1, e:a topic auto_delete, e:b topic, a>>b, b>>a',
      live: 'q:q.safe, q:own.q, e:theirs auto_delete, theirs>own.q, e:a auto_delete, e:b, a>>b, b>>a',
      own: 'own.*',
      safe: '*.safe',
    });
    expect(plan.refusals).toEqual([
      {
        code: 'protected',
        address: 'queues/%2F/q.safe',
        reason: 'it is protected and would be replaced',
        hint: 'undo the change, or remove it from protect',
      },
      {
        code: 'unmanaged',
        address: 'exchanges/%2F/theirs',
        reason:
          'an auto_delete exchange goes with its last binding, which would go with queues/%2F/own.q',
        hint: 'declare the exchange, or bind it to something else first',
      },
      {
        code: 'circle',
        address: 'exchanges/%2F/a',
        reason: 'it is auto_delete, and bound in a circle with other replaced exchanges',
        hint: 'replace them one at a time: topo apply --target NAME',
      },
    ]);
  });

  describe('of an interrupted apply', () => {
    const desired = 'e:e topic, q:q max 5';
    const live = 'e:e, q:q, q:theirs, e>theirs, amq.direct>q';
    const author = { started: '2026-11-28T10:00:00.000Z', user: 'ops', host: 'build-7' };
    const begun = { digits: '01234567', ...author };
    /** The record of the first apply, on the broker as that left it. */
    const afterwards = async (left: string, givenUp: readonly string[] = []) => {
      const plan = await planOf({ desired, live });
      const kept = recordsOf(plan, begun).map((record) => ({ record, where: 'broker' }));
      const earlier = { kept, givenUp: new Set(givenUp) };
      const next = await planOf({ desired, live: left, earlier });
      return { id: `${plan.id}-01234567`, next, plan };
    };

    test('what it took comes back first, and the plan covers the rest', async () => {
      const { id, next } = await afterwards('e:e topic, q:theirs');
      expect(next.unfinished).toEqual([
        {
          ...{ id, ...author, files: ['topology.yaml'], kept: 'broker' },
          replaced: { done: 1, away: 1, not_begun: 0, changed: 0 },
          put_back: [
            'queues/%2F/q',
            'bindings/%2F/e/amq.direct/q/q/~',
            'bindings/%2F/e/e/q/theirs/~',
          ],
          lost: [],
        },
      ]);
      expect(next.refusals).toEqual([]);
      expect(lines(next)).toEqual([]);
    });

    test.each([
      ['once all is done', 'e:e topic, q:q max 5', { done: 2, not_begun: 0, changed: 0 }],
      ['before the first delete', 'e:e, q:q', { done: 0, not_begun: 2, changed: 0 }],
      ['halfway', 'e:e, q:q max 5', { done: 1, not_begun: 1, changed: 0 }],
      ['and changed since', 'e:e topic, q:q max 9', { done: 1, not_begun: 0, changed: 1 }],
    ])('%s, nothing is away, and how far it came is said', async (_what, ends, replaced) => {
      const { next } = await afterwards(`${ends}, q:theirs, e>theirs, amq.direct>q`);
      expect(next).toMatchObject({
        unfinished: [{ ...author, put_back: [], lost: [], replaced: { away: 0, ...replaced } }],
        refusals: [],
      });
    });

    test('later changes by others stay', async () => {
      const { next } = await afterwards('e:e fanout, q:q max 5, q:theirs, amq.direct>q');
      expect(next.unfinished[0]?.put_back).toEqual(['bindings/%2F/e/e/q/theirs/~']);
      expect(lines(next)).toEqual([
        'replace e:e',
        '~replace b:e/q/theirs/~, because e:e, needs e:e, unmanaged',
      ]);
    });

    test("what can't come back is named, and given up by id or address", async () => {
      const left = 'e:e topic, q:q max 5, amq.direct>q';
      const { id, next } = await afterwards(left);
      const binding = 'bindings/%2F/e/e/q/theirs/~';
      expect(next.refusals).toEqual([
        {
          code: 'unfinished',
          reason: `apply ${id} of topology.yaml has not ended, and 1 binding that it took can't come back, as an end is gone: ${binding}`,
          hint: `declare that end again, or topo apply --give-up ${id}`,
        },
      ]);
      for (const given of [id, binding]) {
        const { next: after } = await afterwards(left, [given]);
        expect(after).toMatchObject({
          unfinished: [{ put_back: [], lost: [] }],
          refusals: [],
          warnings: [],
        });
      }
      const { next: other } = await afterwards(left, [id.slice(0, 7)]);
      expect(other.refusals).toEqual(next.refusals);
      expect(other.warnings).toMatchObject([{ code: 'unused-consent' }]);
    });

    test('an unreadable record stays, and refuses the plan', async () => {
      const unreadable = [{ where: 'queue topo.record.x', why: 'it is of format 2', vhost: '/' }];
      const { refusals } = await planOf({ desired: '', live: '', earlier: { unreadable } });
      expect(refusals).toMatchObject([{ code: 'unreadable-record' }]);
      const elsewhere = [{ where: 'queue', why: 'damaged', vhost: 'other' }];
      const other = await planOf({ desired: '', live: '', earlier: { unreadable: elsewhere } });
      expect(other.refusals).toEqual([]);
    });
  });

  test('an exchange that others send messages on to is not deleted', async () => {
    const said = async (desired: string, live: string): Promise<string[]> => {
      const { refusals } = await planOf({ desired, live, own: 'own.*' });
      return refusals.map(({ address = '', reason }) => `${address}: ${reason}`);
    };
    const theirs = 'q:theirs dead own.x, e:e else own.x, e:own.x';
    expect(await said('e:z', theirs)).toEqual([
      'exchanges/%2F/own.x: queue theirs (x-dead-letter-exchange) and 1 other would send messages on to it, and they would be dropped',
    ]);
    expect(await said('q:q', 'q:q dead own.x, e:own.x')).toEqual([]);
    expect(await said('e:z', 'q:own.q dead own.x, e:own.x')).toEqual([]);
    expect(await said('e:own.x', theirs)).toEqual([]);
  });

  test('a binding to an exclusive queue could not be put back', async () => {
    const broker = brokerOf('e:e, q:mine, e>mine');
    const mine = broker.objects.get('queues/%2F/mine');
    if (mine?.kind === 'queue') broker.objects.set('queues/%2F/mine', { ...mine, system: true });
    const bound = await planOf({ desired: 'e:e topic', live: '' }, broker);
    expect(bound.refusals).toEqual([
      {
        code: 'exclusive-queue',
        address: 'bindings/%2F/e/e/q/mine/~',
        reason: 'its binding to mine, an exclusive queue, could not be put back',
        hint: 'stop that consumer first, or undo the change',
      },
    ]);
  });

  const deletes: [
    situation: string,
    kept: number,
    gone: number,
    allowed: number,
    refused: string[],
  ][] = [
    ['three of three', 1, 3, 0, []],
    ['four of thirteen are over 30 %', 9, 4, 0, ['many-deletes']],
    ['four of fourteen are not', 10, 4, 0, []],
    ['with leave', 9, 4, 4, []],
    ['with leave for fewer', 9, 4, 3, ['many-deletes']],
    ['nothing declared', 0, 1, 0, ['empty-files']],
    ['nothing declared, with leave', 0, 1, 1, []],
    ['nothing declared, many', 0, 9, 8, ['empty-files']],
  ];
  test('bindings that go with their queue count as no further objects', async () => {
    const names = Array.from({ length: 3 }, (_, i) => `own.${i}`);
    const live = ['e:e', ...names.flatMap((name) => [`q:${name}`, `e>${name} a`, `e>${name} b`])];
    const after = (kept: number) =>
      ['e:e', ...names.slice(0, kept).flatMap((n) => [`q:${n}`, `e>${n} a`, `e>${n} b`])].join(
        ', ',
      );
    const refusalsOf = async (kept: number) => {
      const world = { desired: after(kept), live: live.join(', '), own: 'own.*' };
      const plan = await planOf({ ...world, consents: noConsents });
      return plan.refusals.map(({ reason }) => reason);
    };
    expect(await refusalsOf(2)).toEqual([]);
    expect(await refusalsOf(0)).toEqual([]);
  });

  test('nor do they lower the share of the others', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `own.${i}`);
    const bound = names.flatMap((name) => [
      `q:${name}`,
      `e>${name} a`,
      `e>${name} b`,
      `e>${name} c`,
    ]);
    const world = { desired: 'e:e', live: ['e:e', ...bound].join(', '), own: 'own.*' };
    const { refusals } = await planOf({ ...world, consents: { ...noConsents, deletes: 9 } });
    expect(refusals).toEqual([
      {
        code: 'many-deletes',
        reason:
          '10 objects and 30 bindings with them would be deleted, 91 % of the 11 that the files own',
        hint: 'check that nothing is missing in the files, or topo apply --allow-deletes 10',
      },
    ]);
    expect((await planOf({ ...world, consents: { ...noConsents, deletes: 10 } })).refusals).toEqual(
      [],
    );
  });

  test('removed bindings count, even if an end is only replaced', async () => {
    const bindings = ['a', 'b', 'c', 'd'].map((key) => `own.e>own.q ${key}`).join(', ');
    const live = `e:own.e, q:own.q, ${bindings}`;
    for (const queue of ['q:own.q', 'q:own.q max 5']) {
      const world = { desired: `e:own.e, ${queue}`, live, own: 'own.*' };
      const { refusals } = await planOf({ ...world, consents: noConsents });
      expect(refusals.map(({ reason }) => reason)).toEqual([
        '4 objects would be deleted, 67 % of the 6 that the files own',
      ]);
    }
  });

  test("others' bindings that go along count on neither side", async () => {
    const live = 'e:e, q:own.q, e>own.q a, e>own.q b, e>own.q c, e>own.q d';
    const { refusals } = await planOf({
      ...{ desired: 'q:other', live, own: 'own.*', consents: noConsents },
    });
    expect(refusals).toEqual([]);
  });

  test.each(deletes)('%s', async (_situation, kept, gone, allowed, refused) => {
    const queues = (prefix: string, n: number) =>
      Array.from({ length: n }, (_, i) => `q:${prefix}${i}`);
    const plan = await planOf({
      desired: queues('kept', kept).join(', '),
      live: [...queues('kept', kept), ...queues('own.', gone)].join(', '),
      own: 'own.*',
      consents: { ...noConsents, deletes: allowed },
    });
    expect(plan.refusals.map(({ code }) => code)).toEqual(refused);
  });
});
