// --allow-message-loss with a glob: one bound for all matching queues together.
import { describe, expect, test } from 'vitest';
import { noConsents, warnOfUnusedConsents, type Consents } from '../../src/reconcile/consents.ts';
import { fixConsents, guard } from '../../src/reconcile/guard.ts';
import type { Loss, LossBound } from '../../src/reconcile/loss.ts';
import type { Summary } from '../../src/reconcile/plan.generated.ts';
import { SharedBudgets } from '../../src/reconcile/shared-loss.ts';
import type { Step } from '../../src/reconcile/step.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import { parseQueuePattern } from '../../src/topology/queue-pattern.ts';
import { deleteStep } from './steps.ts';

const patternOf = (text: string) => {
  const pattern = parseQueuePattern(text);
  if (pattern === undefined) throw new Error(text);
  return pattern;
};

/** Queues that go, with the number of messages in each; null if unknown. */
const going = (queues: Record<string, number | null>): Step[] =>
  Object.entries(queues).map(([name, ready]) =>
    deleteStep(normalizeQueue({ name }, '/'), {
      depth:
        ready === null
          ? { kind: 'unknown', why: 'w', hint: 'h' }
          : { kind: 'known', ready, unacked: 0, consumers: 1 },
    }),
  );

const summary = { vhosts: [] } as unknown as Summary;

const agreed = (text: string, bound: LossBound, more: Partial<Consents> = {}): Consents => ({
  ...noConsents,
  messageLossOf: [{ pattern: patternOf(text), bound }],
  ...more,
});

/** The refused queues, with the reason and the hint. */
const refused = (steps: readonly Step[], consents: Consents, shown = steps): string[] =>
  guard({ steps: [...steps], summary }, fixConsents(consents, shown)).map(
    ({ address = '', reason, hint }) => `${address.slice(11)}: ${reason} | ${hint}`,
  );

describe('what matches', () => {
  const rows: [pattern: string, address: string, matches: boolean][] = [
    ['queues/%2F/orders.*', 'queues/%2F/orders.eu', true],
    ['queues/%2F/orders.*', 'queues/%2F/orders', false],
    ['queues/%2F/orders.*', 'queues/other/orders.eu', false],
    ['queues/*/orders', 'queues/a%2Fb/orders', true],
    ['queues/%2F/*', 'queues/%2F/a%2Fb', true],
    ['queues/%2F/a%2A?', 'queues/%2F/a%2Ab', true],
    ['queues/%2F/a%2A?', 'queues/%2F/axb', false],
    ['queues/%2F/*', 'exchanges/%2F/orders', false],
    ['queues/%2F/%C3%A4*', 'queues/%2F/%C3%A4rger', true],
  ];
  test.each(rows)('%s, %s: %s', (text, address, matches) => {
    const { messageLossOf } = agreed(text, 'all');
    const warnings = warnOfUnusedConsents([{ ...going({ q: 0 })[0], address } as Step], {
      ...noConsents,
      messageLossOf,
    });
    expect(warnings).toHaveLength(matches ? 0 : 1);
  });
});

describe('the bound of all together', () => {
  const shown = going({ 'o.a': 100, 'o.b': 20, 'o.c': 0 });
  const others = 'other: 5 messages would be lost';
  test('is the sum shown plus a tenth', () => {
    expect(refused(shown, agreed('queues/%2F/o.*', 'as-shown'))).toEqual([]);
    const full = going({ 'o.a': 100, 'o.b': 32, 'o.c': 0 });
    expect(refused(full, agreed('queues/%2F/o.*', 'as-shown'), shown)).toEqual([]);
    const over = going({ 'o.a': 100, 'o.b': 33, 'o.c': 0 });
    const what = 'would be lost, 133 with all that match queues/%2F/o.*, but you agreed to 132';
    const hint = "declare it again, or topo apply --allow-message-loss 'queues/%2F/o.*=147'";
    expect(refused(over, agreed('queues/%2F/o.*', 'as-shown'), shown)).toEqual([
      `o.a: 100 messages ${what} | ${hint}`,
      `o.b: 33 messages ${what} | ${hint}`,
    ]);
  });

  test('is the given number, or all of each', () => {
    expect(refused(shown, agreed('queues/%2F/o.*', 120))).toEqual([]);
    expect(refused(shown, agreed('queues/%2F/o.*', 119))).toHaveLength(2);
    expect(refused(going({ 'o.a': 1e9, 'o.b': null }), agreed('queues/%2F/o.*', 'all'))).toEqual(
      [],
    );
    expect(refused(going({ 'o.b': null }), agreed('queues/%2F/o.*', 1e9))).toHaveLength(1);
    expect(refused(going({ 'o.b': null }), agreed('queues/%2F/o.*', 'as-shown'))).toHaveLength(1);
  });

  test("doesn't cover queues that don't match or have their own consent", () => {
    const steps = going({ 'o.a': 100, other: 5 });
    expect(refused(steps, agreed('queues/%2F/o.*', 'all'))[0]).toContain(others);
    const own = { messageLoss: new Map<string, LossBound>([['queues/%2F/o.a', 'all']]) };
    expect(refused(going({ 'o.a': 1e9, 'o.b': 5 }), agreed('queues/%2F/o.*', 5, own))).toEqual([]);
  });

  test('comes from one glob only', () => {
    const messageLossOf = ['queues/%2F/o.*', 'queues/%2F/*.a'].map((text) => ({
      pattern: patternOf(text),
      bound: 'all' as const,
    }));
    expect(() => refused(shown, { ...noConsents, messageLossOf })).toThrow(
      '--allow-message-loss queues/%2F/o.* and queues/%2F/*.a both match queues/%2F/o.a',
    );
  });

  test('also covers consumers; a glob of --allow-disconnect covers only those', () => {
    const disconnectOf = [patternOf('queues/%2F/o.*')];
    const consents = { ...noConsents, disconnectOf };
    expect(refused(shown, consents).map((one) => one.replace(/ .*/, ''))).toEqual(['o.a:', 'o.b:']);
    expect(refused(going({ 'o.c': 0, 'p.c': 0 }), consents)).toHaveLength(1);
  });
});

test('a glob without a going queue causes a warning', () => {
  const consents = agreed('queues/%2F/none.*', 5, { disconnectOf: [patternOf('queues/x/*')] });
  expect(warnOfUnusedConsents(going({ q: 1 }), consents).map(({ message }) => message)).toEqual([
    '--allow-message-loss queues/%2F/none.*: the plan neither deletes nor replaces a queue that matches',
    '--allow-disconnect queues/x/*: the plan neither deletes nor replaces a queue that matches',
  ]);
});

describe('queues that go at the same time', () => {
  const limitOf = (share: ReturnType<SharedBudgets['take']>): number => {
    const consent = share?.consent;
    return typeof consent === 'object' ? consent.atMost : 0;
  };
  const counted = (ready: number): Loss => ({ kind: 'counted', ready });

  test('never get more than the bound together', () => {
    const steps = going(Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`o.${n}`, n])));
    const sum = (64 * 63) / 2;
    const budgets = new SharedBudgets(agreed('queues/%2F/o.*', sum + 30), steps);
    const limits = steps.map((step) => limitOf(budgets.take(step)));
    expect(limits.reduce((all, one) => all + one, 0)).toBe(sum + 30);
    expect(limits.every((limit, n) => limit >= n)).toBe(true);
  });

  test("leave what they didn't need to the next", () => {
    const [a, b] = going({ 'o.a': 10, 'o.b': 10 }) as [Step, Step];
    const budgets = new SharedBudgets(agreed('queues/%2F/o.*', 30), [a, b]);
    const first = budgets.take(a);
    expect(limitOf(first)).toBe(15);
    first?.settle(counted(4));
    expect(limitOf(budgets.take(b))).toBe(26);
  });

  test('keep their share if uncounted or refused', () => {
    const [a, b] = going({ 'o.a': 10, 'o.b': 10 }) as [Step, Step];
    for (const loss of [undefined, { kind: 'uncounted' } as const, counted(99)]) {
      const budgets = new SharedBudgets(agreed('queues/%2F/o.*', 30), [a, b]);
      budgets.take(a)?.settle(loss);
      expect(limitOf(budgets.take(b))).toBe(15);
    }
  });
});
