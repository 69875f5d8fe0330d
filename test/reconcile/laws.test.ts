// Laws of planning, on random worlds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/reconcile/apply.ts';
import { noConsents } from '../../src/reconcile/guard.ts';
import { makePlan } from '../../src/reconcile/plan.ts';
import type { PlanDocument } from '../../src/reconcile/plan.generated.ts';
import { addressOf, kindOf } from '../../src/topology/address.ts';
import { isEqual } from '../../src/topology/normal-form.ts';
import type { TopologyObject } from '../../src/topology/object.ts';
import { InvalidInput } from '../../src/topology/problem.ts';
import { isManaged, isProtected, type Scope } from '../../src/topology/scope.ts';
import { MemoryBroker } from './memory-broker.ts';
import { objects, scopes, toDesired, toLive } from './worlds.ts';

/** Fewer where every mutant has to face them. */
const numRuns = Number(process.env['LAW_RUNS'] ?? 400);

const options = {
  endpoint: 'http://localhost:15672',
  selection: { targets: [] },
  consents: { ...noConsents, deletes: 1000 },
  unfinished: [],
};

const planOf = (desired: readonly TopologyObject[], live: MemoryBroker, scope: Scope) =>
  makePlan(toDesired(desired, scope), live, options);

/** The plan, or undefined where the files can't be had with this broker. */
async function planIfPossible(
  desired: readonly TopologyObject[],
  broker: MemoryBroker,
  scope: Scope,
): Promise<PlanDocument | undefined> {
  try {
    return await planOf(desired, broker, scope);
  } catch (error) {
    if (error instanceof InvalidInput) return undefined;
    throw error;
  }
}

const applyTo = (broker: MemoryBroker, plan: PlanDocument) =>
  apply(plan, broker, {
    consents: options.consents,
    parallel: 1,
    stop: new AbortController().signal,
  });

describe('laws of planning', () => {
  test('what is as desired needs no change', async () => {
    await fc.assert(
      fc.asyncProperty(objects, scopes, async (some, scope) => {
        const plan = await planOf(some, new MemoryBroker(toLive(some)), scope);
        expect(plan.steps).toEqual([]);
        expect(plan.refusals).toEqual([]);
      }),
    );
  });

  test('the steps carry live to desired, and nothing is left to plan', async () => {
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, scope) => {
        const broker = new MemoryBroker(toLive(present));
        const plan = await planIfPossible(desired, broker, scope);
        if (plan === undefined || plan.refusals.length > 0) return;
        carried += plan.steps.length;
        const outcomes = await applyTo(broker, plan);
        expect(outcomes.filter(({ kind }) => kind !== 'succeeded')).toEqual([]);
        for (const object of desired) {
          const found = broker.objects.get(addressOf(object));
          expect(found && isEqual(found, object), addressOf(object)).toBe(true);
        }
        const after = await planOf(desired, broker, scope);
        expect(after.steps).toEqual([]);
      }),
      { numRuns },
    );
    expect(carried).toBeGreaterThan(numRuns);
  });

  test('the order of the input does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, scope) => {
        const plan = await planIfPossible(desired, new MemoryBroker(toLive(present)), scope);
        if (plan === undefined) return;
        const turned = await planOf(
          [...desired].reverse(),
          new MemoryBroker(toLive([...present].reverse())),
          scope,
        );
        expect(turned.id).toBe(plan.id);
        expect(turned.steps).toEqual(plan.steps);
      }),
    );
  });

  test('nothing that the files neither declare nor manage is ever changed, and nothing protected goes', async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, scope) => {
        const broker = new MemoryBroker(toLive(present));
        const plan = await planIfPossible(desired, broker, scope);
        if (plan === undefined || plan.refusals.length > 0) return;
        await applyTo(broker, plan);
        const declared = new Set(desired.map(addressOf));
        for (const object of present) {
          if (object.kind === 'binding') continue;
          const address = addressOf(object);
          const found = broker.objects.get(address);
          const owned = declared.has(address) || isManaged([scope], object);
          if (!owned || isProtected([scope], object)) {
            expect(found && isEqual(found, object), address).toBe(true);
          }
        }
      }),
      { numRuns },
    );
  });

  test('bindings that nobody owns survive a replacement', async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, async (desired, present) => {
        const scope: Scope = {
          vhost: '/',
          manage: { exchange: [], queue: [] },
          protect: { exchange: [], queue: [] },
        };
        const broker = new MemoryBroker(toLive(present));
        const plan = await planIfPossible(desired, broker, scope);
        if (plan === undefined || plan.refusals.length > 0) return;
        await applyTo(broker, plan);
        const declared = new Set(desired.map(addressOf));
        const isNobodys = (object: TopologyObject): boolean =>
          object.kind === 'binding' &&
          (!declared.has(`exchanges/%2F/${object.source}`) ||
            !declared.has(`${object.destination_type}s/%2F/${object.destination}`));
        for (const object of present.filter(isNobodys)) {
          expect(broker.objects.has(addressOf(object)), addressOf(object)).toBe(true);
        }
      }),
      { numRuns },
    );
  });

  test('a refused plan names an object of the plan', async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, scope) => {
        const plan = await planIfPossible(desired, new MemoryBroker(toLive(present)), scope);
        const addresses = new Set(plan?.steps.map(({ address }) => address));
        for (const { address } of plan?.refusals ?? []) {
          expect(address === undefined || addresses.has(address)).toBe(true);
          expect(kindOf(address ?? 'queues/')).toMatch(/exchange|queue|binding/);
        }
      }),
    );
  });
});
