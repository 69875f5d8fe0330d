// What a plan says of changes of policies, and what the broker then says of its objects.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foretell } from '../../src/reconcile/effects.ts';
import type { Effect } from '../../src/reconcile/plan.generated.ts';
import type { Step } from '../../src/reconcile/step.ts';
import { addressOf } from '../../src/topology/identity.ts';
import type { Live } from '../../src/topology/live.ts';
import { isBindingEnd, type Policy } from '../../src/topology/object.ts';
import { toPlain, toTable } from '../../src/topology/value.ts';
import { api, freshVhost } from '../broker.ts';
import { atEffort } from '../effort.ts';
import { createStep, deleteStep, updateStep } from '../reconcile/steps.ts';
import { arrange, exchange, openTestBroker, queue } from './arrange.ts';

interface Wish {
  readonly name: string;
  /** Undefined to delete it. */
  readonly policy: Omit<Policy, 'kind' | 'vhost' | 'name' | 'definition'> & {
    readonly definition: object;
  };
  readonly isGone: boolean;
}

const wishes: fc.Arbitrary<Wish> = fc.record({
  name: fc.constantFrom('p', 'q', 'r'),
  isGone: fc.boolean(),
  policy: fc.record({
    pattern: fc.constantFrom('.*', '^a', 'b$', '^[ab]+$', '^(a|x)\\.', '^none'),
    'apply-to': fc.constantFrom('all', 'queues', 'exchanges'),
    priority: fc.constantFrom(0, 1, 2, 3, 4, 5),
    definition: fc.constantFrom(
      { 'max-length': 5 },
      { 'max-length': 7 },
      { 'delivery-limit': 5 },
      { 'max-age': '1D' },
      { 'alternate-exchange': 'x' },
    ),
  }),
});

test(
  'each change of a policy has the effects that the plan shows',
  { timeout: 300_000 },
  async () => {
    const vhost = await freshVhost();
    await arrange(
      ...['a', 'ab', 'x.b'].map((name) => queue(vhost, name)),
      ...['quorum', 'stream'].map((type) => queue(vhost, `a ${type}`, { type })),
      ...['a', 'b', 'x.a'].map((name) => exchange(vhost, name)),
    );
    const read = () => openTestBroker().readLive(new Set([vhost]));
    let seen = 0;
    const law = fc.asyncProperty(wishes, async ({ name, policy, isGone }) => {
      const before = await read();
      const step = stepFor(before, vhost, name, policy, isGone);
      if (step === undefined || hasEqualPriorities(before, step)) return;
      const [{ effect } = { effect: undefined }] = foretell([step], before);
      await carryOut(step, vhost, name);
      const after = await read();
      expect(happened(before, after)).toEqual(foretold(effect));
      seen += effect?.moves.length ?? 0;
    });
    await fc.assert(law, { numRuns: atEffort(60) });
    expect(seen).toBeGreaterThan(20);
  },
);

function stepFor(
  live: Live,
  vhost: string,
  name: string,
  { definition, ...fields }: Wish['policy'],
  isGone: boolean,
): Step | undefined {
  const wanted: Policy = {
    kind: 'policy',
    vhost,
    name,
    ...fields,
    definition: toTable(definition),
  };
  const found = live.objects.get(addressOf(wanted));
  if (found?.kind !== 'policy') return isGone ? undefined : createStep(wanted);
  return isGone ? deleteStep(found) : updateStep(found, wanted);
}

/** Of two with one priority, any may apply. */
function hasEqualPriorities(live: Live, step: Step): boolean {
  if (step.kind === 'delete' || step.kind === 'replace') return false;
  const wanted = step.after as Policy;
  return (live.policies ?? []).some(
    ({ name, priority }) => name !== wanted.name && priority === wanted.priority,
  );
}

async function carryOut(step: Step, vhost: string, name: string): Promise<void> {
  const path = `policies/${vhost}/${name}`;
  if (step.kind === 'delete') {
    await api('DELETE', path);
    return;
  }
  const { pattern, 'apply-to': applyTo, priority, definition } = (step as { after: Policy }).after;
  await api('PUT', path, {
    ...{ pattern, 'apply-to': applyTo, priority },
    definition: toPlain(definition),
  });
}

/** How many objects went from one policy to another, as the plan said. */
const foretold = (effect: Effect | undefined): string[] =>
  (effect?.moves ?? [])
    .filter(({ from, to }) => from[0] !== to[0])
    .map(({ from, to, queues, exchanges }) => line(from, to, queues, exchanges))
    .sort();

function happened(before: Live, after: Live): string[] {
  const counts = new Map<string, { queue: number; exchange: number }>();
  for (const [address, object] of before.objects) {
    const now = after.objects.get(address);
    if (!isBindingEnd(object) || !isBindingEnd(now) || object.name.startsWith('amq.')) continue;
    const names = [object.policy, now.policy];
    if (names[0] === names[1]) continue;
    const key = JSON.stringify(names.map((name) => name ?? null));
    const count = counts.get(key) ?? { queue: 0, exchange: 0 };
    count[object.kind]++;
    counts.set(key, count);
  }
  return [...counts]
    .map(([key, { queue: queues, exchange: exchanges }]) => {
      const [from, to] = JSON.parse(key) as unknown[];
      return line([from], [to], queues, exchanges);
    })
    .sort();
}

const line = (from: unknown, to: unknown, queues: number, exchanges: number): string =>
  `${JSON.stringify(from)} → ${JSON.stringify(to)}: ${queues} queues, ${exchanges} exchanges`;
