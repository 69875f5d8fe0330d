// Laws of planning, on random worlds.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/reconcile/apply.ts';
import { noConsents } from '../../src/reconcile/consents.ts';
import type { Selection } from '../../src/reconcile/select.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import type { Plan } from '../../src/reconcile/step.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import { endsOf } from '../../src/topology/address.ts';
import { addressOf, kindOfAddress } from '../../src/topology/identity.ts';
import { isEqual } from '../../src/topology/normal-form.ts';
import type { RoutingObject } from '../../src/topology/object.ts';
import { InvalidInput } from '../../src/topology/problem.ts';
import { isManaged, isProtected, type Scope } from '../../src/topology/scope.ts';
import { atEffort } from '../effort.ts';
import { MemoryBroker } from './memory-broker.ts';
import { objects, scopes, selections, toDesired, toLive, vhosts } from './worlds.ts';

const numRuns = atEffort(100);

const everything: Selection = { targets: [] };
const options = {
  endpoint: 'http://localhost:15672',
  consents: { ...noConsents, deletes: 1000 },
  earlier: noneEarlier,
};

const brokerOf = (present: readonly RoutingObject[]): MemoryBroker =>
  new MemoryBroker(toLive(present, vhosts));

const planOf = (
  desired: readonly RoutingObject[],
  live: MemoryBroker,
  scopes: readonly Scope[],
  selection = everything,
) =>
  fromFiles(toDesired(desired, ...scopes), live, { ...options, selection })
    .read()
    .then(({ plan }) => plan);

/** Plans; undefined if this broker can't have these files. */
async function planIfPossible(
  desired: readonly RoutingObject[],
  broker: MemoryBroker,
  scopes: readonly Scope[],
  selection = everything,
): Promise<Plan | undefined> {
  try {
    return await planOf(desired, broker, scopes, selection);
  } catch (error) {
    if (error instanceof InvalidInput) return undefined;
    throw error;
  }
}

const applyTo = (broker: MemoryBroker, plan: Plan) =>
  apply(plan, broker, {
    consents: options.consents,
    parallel: 1,
    drainTimeout: 0,
    stop: new AbortController().signal,
  });

describe('laws of planning', () => {
  test('a live state as desired needs no change', async () => {
    await fc.assert(
      fc.asyncProperty(objects, scopes, async (some, own) => {
        const plan = await planOf(some, brokerOf(some), own);
        expect(plan.steps).toEqual([]);
        expect(plan.refusals).toEqual([]);
      }),
    );
  });

  test('the steps turn live into desired, and nothing is left to plan', async () => {
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, own) => {
        const broker = brokerOf(present);
        const plan = await planIfPossible(desired, broker, own);
        if (plan === undefined || plan.refusals.length > 0) return;
        carried += plan.steps.length;
        const outcomes = await applyTo(broker, plan);
        expect(outcomes.filter(({ kind }) => kind !== 'succeeded')).toEqual([]);
        expect([...broker.lostPlaces]).toEqual([]);
        for (const object of desired) {
          const found = broker.objects.get(addressOf(object));
          expect(found && isEqual(found, object), addressOf(object)).toBe(true);
        }
        const after = await planOf(desired, broker, own);
        expect(after.steps).toEqual([]);
      }),
      // Many worlds are refused, and some need no change.
      { numRuns: 3 * numRuns },
    );
    expect(carried).toBeGreaterThan(numRuns);
  });

  test("the order of the input doesn't matter", async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, own) => {
        const plan = await planIfPossible(desired, brokerOf(present), own);
        if (plan === undefined) return;
        const turned = await planOf([...desired].reverse(), brokerOf([...present].reverse()), own);
        expect(turned.id).toBe(plan.id);
        expect(turned.steps).toEqual(plan.steps);
      }),
    );
  });

  test('plans change only declared or managed objects, and delete no protected one', async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, own) => {
        const broker = brokerOf(present);
        const plan = await planIfPossible(desired, broker, own);
        if (plan === undefined || plan.refusals.length > 0) return;
        await applyTo(broker, plan);
        const declared = new Set(desired.map(addressOf));
        for (const object of present) {
          if (object.kind === 'binding') continue;
          const address = addressOf(object);
          const found = broker.objects.get(address);
          const owned = declared.has(address) || isManaged(own, object);
          if (!owned || isProtected(own, object)) {
            expect(found && isEqual(found, object), address).toBe(true);
          }
        }
      }),
      { numRuns },
    );
  });

  test('unowned bindings survive a replacement', async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, async (desired, present) => {
        const none = { exchange: [], queue: [] };
        const manage = { ...none, bindings_into: [] };
        const own = vhosts.map((vhost): Scope => ({ vhost, manage, protect: none }));
        const broker = brokerOf(present);
        const plan = await planIfPossible(desired, broker, own);
        if (plan === undefined || plan.refusals.length > 0) return;
        await applyTo(broker, plan);
        const declared = new Set(desired.map(addressOf));
        const isUnowned = (object: RoutingObject): boolean =>
          object.kind === 'binding' &&
          Object.values(endsOf(object)).some((end) => !declared.has(end));
        for (const object of present.filter(isUnowned)) {
          expect(broker.objects.has(addressOf(object)), addressOf(object)).toBe(true);
        }
      }),
      { numRuns },
    );
  });

  test('a selected part holds only steps of the whole, and the rest can follow', async () => {
    let parts = 0;
    await fc.assert(
      fc.asyncProperty(
        objects,
        objects,
        scopes,
        selections,
        async (desired, present, own, chosen) => {
          const broker = brokerOf(present);
          const whole = await planIfPossible(desired, broker, own);
          const part = await planIfPossible(desired, broker, own, chosen);
          if (whole === undefined || part === undefined || part.refusals.length > 0) return;
          const all = new Map(whole.steps.map(({ address, kind }) => [address, kind]));
          const asked = part.steps.filter(({ because }) => because === undefined);
          expect(asked.map(({ address }) => all.get(address))).toEqual(
            asked.map(({ kind }) => kind),
          );
          const outcomes = await applyTo(broker, part);
          expect(outcomes.filter(({ kind }) => kind !== 'succeeded')).toEqual([]);
          const rest = await planOf(desired, broker, own);
          const left = rest.steps.filter(({ because }) => because === undefined);
          expect(left.filter(({ address }) => !all.has(address))).toEqual([]);
          if (rest.refusals.length > 0) return;
          await applyTo(broker, rest);
          expect((await planOf(desired, broker, own)).steps).toEqual([]);
          if (rest.steps.length > 0 && asked.length > 0) parts++;
        },
      ),
      { numRuns },
    );
    expect(parts).toBeGreaterThan(0);
  });

  test('--only create leaves every live object unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, own) => {
        const broker = brokerOf(present);
        const plan = await planIfPossible(desired, broker, own, { only: ['create'], targets: [] });
        if (plan === undefined || plan.refusals.length > 0) return;
        await applyTo(broker, plan);
        for (const object of present) {
          const found = broker.objects.get(addressOf(object));
          expect(found && isEqual(found, object), addressOf(object)).toBe(true);
        }
      }),
      { numRuns },
    );
  });

  test('a refused plan names an object of the plan', async () => {
    await fc.assert(
      fc.asyncProperty(objects, objects, scopes, async (desired, present, own) => {
        const plan = await planIfPossible(desired, brokerOf(present), own);
        const addresses = new Set(plan?.steps.map(({ address }) => address));
        for (const { address } of plan?.refusals ?? []) {
          expect(address === undefined || addresses.has(address)).toBe(true);
          expect(kindOfAddress(address ?? 'queues/')).toMatch(/exchange|queue|binding/);
        }
      }),
    );
  });
});
