// Undeclared bindings into declared objects: the plan names them, and files own them only if they
// say so.
import { describe, expect, test } from 'vitest';
import { noConsents } from '../../src/reconcile/consents.ts';
import type { Plan } from '../../src/reconcile/step.ts';
import { undeclaredNotes } from '../../src/report/undeclared.ts';
import { brokerOf, lines, planOf } from './shorthand.ts';

/** The wording of the note in a plan. */
const notesOf = (plan: Plan): string[] =>
  undeclaredNotes(plan).map(({ what, into, from, more }) =>
    [what, into, [...from, more].filter((way) => way !== '').join('; ')].join(' | '),
  );

type Row = [
  situation: string,
  world: { desired: string; live: string; own?: string; safe?: string; into?: string },
  steps: string[],
  notes?: string[],
];

const theirs = 'q:q, e:their, their>q k';

describe('undeclared bindings', () => {
  const rows: Row[] = [
    [
      'from an exchange that is not owned are named',
      { desired: 'q:q', live: theirs },
      [],
      ['1 undeclared binding into | q | their, k'],
    ],
    [
      'with their old key and the new one',
      { desired: 'q:q, their>q new', live: theirs },
      ['create b:their/q/q/new'],
      ['1 undeclared binding into | q | their, k'],
    ],
    [
      'into an exchange, and without a key',
      { desired: 'e:in', live: 'e:in, e:their, their>>in, amq.topic>>in a.#' },
      [],
      ['2 undeclared bindings into | exchange in | amq.topic, a.#; their, no routing_key'],
    ],
    [
      'between owned ends are deleted',
      { desired: 'q:q', live: theirs, own: 'their' },
      ['~delete b:their/q/q/k, because e:their, needs e:their', 'delete e:their'],
    ],
    ['into undeclared objects are not named', { desired: '', live: theirs }, []],
    [
      'into a queue that is to go go with it',
      { desired: '', live: theirs, own: 'q' },
      ['~delete b:their/q/q/k, because q:q, needs q:q, unmanaged', 'delete q:q'],
    ],
  ];
  test.each(rows)('%s', async (_, situation, steps, notes = []) => {
    const plan = await planOf(situation);
    expect(lines(plan)).toEqual(steps);
    expect(notesOf(plan)).toEqual(notes);
  });

  test('only of selected objects', async () => {
    const live = `${theirs}, q:other, their>other k`;
    const plan = await planOf({ desired: 'q:q, q:other', live, targets: ['other'] });
    expect(notesOf(plan)).toEqual(['1 undeclared binding into | other | their, k']);
  });

  test('are counted if many', async () => {
    const queues = Array.from({ length: 25 }, (_, n) => `q:q${n}`).join(', ');
    const bindings = Array.from({ length: 25 }, (_, n) => `their>q${n} k`).join(', ');
    const more = Array.from({ length: 30 }, (_, n) => `their>q0 k${n}`).join(', ');
    const live = `e:their, ${queues}, ${bindings}, ${more}`;
    const plan = await planOf({ desired: queues, live });
    const [first, ...rest] = notesOf(plan);
    expect(first).toBe(
      '31 undeclared bindings into | q0 | their, k; their, k0; their, k1; their, k10; their, k11; … and 26 others',
    );
    expect(rest).toHaveLength(20);
    expect(rest.at(-1)).toBe(
      '5 undeclared bindings into 5 other destinations (--format json has all) |  | ',
    );
    expect(plan.undeclared_bindings[0]).toMatchObject({ address: 'queues/%2F/q0', count: 31 });
    expect(plan.undeclared_bindings[0]?.first).toHaveLength(20);
  });

  test('of a plugin, or with odd values, are ignored', async () => {
    const broker = brokerOf(theirs);
    for (const [address, object] of broker.objects) {
      if (address === 'exchanges/%2F/their')
        broker.objects.set(address, { ...object, system: true } as never);
    }
    expect(notesOf(await planOf({ desired: 'q:q', live: '' }, broker))).toEqual([]);
    const odd = brokerOf(theirs);
    for (const [address, object] of odd.objects) {
      if (object.kind === 'binding')
        odd.objects.set(address, { ...object, odd: new Map([['routing_key', 5]]) });
    }
    expect(notesOf(await planOf({ desired: 'q:q', live: '', into: '*' }, odd))).toEqual([]);
  });
});

describe('bindings into the objects of bindings_into', () => {
  const rows: Row[] = [
    [
      'go where they are not declared',
      { desired: 'q:q', live: theirs, into: 'q' },
      ['delete b:their/q/q/k'],
    ],
    [
      'are moved to another key',
      { desired: 'q:q, their>q new', live: theirs, into: '*' },
      [
        'create b:their/q/q/new',
        'delete b:their/q/q/k, needs e:their/bindings/source q:q/bindings/destination',
      ],
    ],
    [
      'from a predefined exchange, and into an exchange',
      { desired: 'e:in', live: 'e:in, e:their, their>>in, amq.topic>>in a.#', into: 'i?' },
      ['delete b:amq.topic/e/in/a.%2523', 'delete b:their/e/in/~'],
    ],
    [
      "into someone else's queue, which stays",
      { desired: '', live: theirs, into: 'q' },
      ['delete b:their/q/q/k'],
    ],
    ['stay where they are declared', { desired: 'q:q, their>q k', live: theirs, into: '*' }, []],
    [
      'stay where either end is protected and not declared',
      {
        desired: 'q:q',
        live: `${theirs}, q:safe.q, their>safe.q, e:safe.e, safe.e>q`,
        safe: 'safe.*',
        into: '*',
      },
      ['delete b:their/q/q/k'],
      ['1 undeclared binding into | q | safe.e, no routing_key'],
    ],
    [
      'keep their place on a ring for those that stay',
      {
        desired: 'q:q, ring>q 2',
        live: 'q:q, e:ring x-consistent-hash, ring>q 1, ring>q 2',
        into: 'q',
      },
      ['~replace b:ring/q/q/2, because b:ring/q/q/1, needs b:ring/q/q/1', 'delete b:ring/q/q/1'],
    ],
  ];
  test.each(rows)('%s', async (_, situation, steps, notes = []) => {
    const plan = await planOf(situation);
    expect(plan.refusals).toEqual([]);
    expect(lines(plan)).toEqual(steps);
    expect(notesOf(plan)).toEqual(notes);
  });

  test('are refused if an unowned exchange would go with its last one', async () => {
    const live = 'q:q, e:their auto_delete, their>q k';
    const { refusals } = await planOf({ desired: 'q:q', live, into: 'q' });
    expect(refusals).toMatchObject([{ code: 'unmanaged', address: 'exchanges/%2F/their' }]);
  });

  test('count among many deletes, and if files declare nothing', async () => {
    const bindings = Array.from({ length: 5 }, (_, n) => `their>q k${n}`).join(', ');
    const live = `q:q, e:their, ${bindings}`;
    const codesOf = async (desired: string, deletes: number): Promise<string[]> => {
      const consents = { ...noConsents, deletes };
      return (await planOf({ desired, live, into: 'q', consents })).refusals.map(
        ({ code }) => code,
      );
    };
    expect(await codesOf('q:q', 4)).toEqual(['many-deletes']);
    expect(await codesOf('', 4)).toEqual(['empty-files']);
    expect(await codesOf('q:q', 5)).toEqual([]);
  });
});
