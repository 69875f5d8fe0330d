// topo destroy plans to delete what the files declare, and nothing else.
import { describe, expect, test } from 'vitest';
import { noConsents } from '../../src/reconcile/consents.ts';
import { toDestroyed } from '../../src/reconcile/destroy.ts';
import { fromDocument, toDocument } from '../../src/reconcile/plan-document.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import type { Plan } from '../../src/reconcile/step.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import { brokerOf, lines, objectsOf, scopeOf } from './shorthand.ts';
import { toDesired } from './worlds.ts';

async function destroying(declared: string, live: string, own = '', safe = ''): Promise<Plan> {
  const desired = toDestroyed(toDesired(objectsOf(declared), scopeOf(own, safe)));
  const source = fromFiles(desired, brokerOf(live), {
    endpoint: 'http://localhost:15672',
    selection: { targets: [] },
    consents: noConsents,
    earlier: noneEarlier,
  });
  return (await source.read()).plan;
}

describe('destroy', () => {
  const rows: [situation: string, declared: string, live: string, own: string, steps: string[]][] =
    [
      ['nothing that is not there', 'q:a, e:e, e>a', '', '', []],
      ['the declared and not what patterns own', 'q:a', 'q:a, q:b', '*', ['delete q:a']],
      ['what is declared in another way', 'q:a max 5', 'q:a', '', ['delete q:a']],
      [
        'bindings of others with their ends',
        'q:a',
        'q:a, e:theirs, theirs>a',
        '',
        ['~delete b:theirs/q/a/~, because q:a, needs q:a, unmanaged', 'delete q:a'],
      ],
      [
        'many at once',
        'q:a, q:b, q:c, q:d, q:e',
        'q:a, q:b, q:c, q:d, q:e',
        '',
        ['delete q:a', 'delete q:b', 'delete q:c', 'delete q:d', 'delete q:e'],
      ],
    ];
  test.each(rows)('%s', async (_, declared, live, own, steps) => {
    const plan = await destroying(declared, live, own);
    expect(lines(plan)).toEqual(steps);
    expect(plan.refusals).toEqual([]);
  });
});

test('protect refuses to destroy', async () => {
  const { refusals } = await destroying('q:a', 'q:a', '', 'a');
  expect(refusals).toMatchObject([{ code: 'protected', hint: 'remove it from protect' }]);
});

test('an auto_delete exchange of somebody else keeps the last queue that it is bound to', async () => {
  const { refusals } = await destroying('q:a', 'q:a, e:theirs auto_delete, theirs>a');
  expect(refusals.map(({ code }) => code)).toContain('unmanaged');
});

test('no other plan becomes one to destroy by an edit', async () => {
  const document = toDocument(await destroying('q:a', 'q:a'));
  expect(fromDocument(document).destroy).toBe(true);
  const { destroy, ...edited } = document;
  expect(destroy).toBe(true);
  expect(() => fromDocument(edited)).toThrow('the plan was edited');
});
