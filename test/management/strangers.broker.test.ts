// Somebody else binds while topo applies.
import { beforeEach, describe, expect, test } from 'vitest';
import { apply } from '../../src/reconcile/apply.ts';
import { Outdated } from '../../src/reconcile/broker.ts';
import { noConsents } from '../../src/reconcile/consents.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import { freshVhost } from '../broker.ts';
import { createStep, deleteStep, replaceStep } from '../reconcile/steps.ts';
import { arrange, binding, exchange, openTestBroker, queue, standing, ways } from './arrange.ts';

let vhost: string;
beforeEach(async () => {
  vhost = await freshVhost();
});

const carriedBy = (by: string) => ({ because: by, request: { kind: 'carried', by } }) as const;

describe.each(ways)('$way', ({ env }) => {
  test.each([
    { end: 'an exchange', of: 'x', late: [{}], says: '1 binding was made since' },
    { end: 'a queue', of: 'q', late: [{}, { k: 1 }], says: '2 bindings were made since' },
  ])('$end that got bindings since the plan was made stays', async ({ of, late, says }) => {
    const [x, q] = [exchange(vhost, 'x'), queue(vhost, 'q')];
    const planned = binding(vhost, 'x', 'q', { routing_key: 'planned' });
    const strangers = late.map((args) => binding(vhost, 'x', 'q', { arguments: args }));
    await arrange(x, q, planned, ...strangers);
    const [before, after] =
      of === 'x'
        ? [x, exchange(vhost, 'x', { type: 'topic' })]
        : [q, queue(vhost, 'q', { type: 'quorum' })];
    const replacing = openTestBroker(env).replace(before, after, [planned], 'lose-nothing');
    await expect(replacing).rejects.toBeInstanceOf(Outdated);
    await expect(replacing).rejects.toMatchObject({
      message: expect.stringContaining(`/${of} stays: ${says} the plan`) as string,
      hint: 'run the same command again to plan with them',
    });
    expect(await standing(vhost)).toEqual(
      [x, q, planned, ...strangers].map(canonicalObject).sort(),
    );
  });

  test("the plan's own deletes and creates don't stop it", async () => {
    const [x, q] = [exchange(vhost, 'x'), queue(vhost, 'q')];
    const [goes, comes] = ['goes', 'comes'].map((key) =>
      binding(vhost, 'x', 'q', { routing_key: key }),
    ) as [ReturnType<typeof binding>, ReturnType<typeof binding>];
    await arrange(x, q, goes, comes);
    const after = exchange(vhost, 'x', { type: 'topic' });
    const steps = [
      replaceStep(x, after),
      createStep(comes),
      deleteStep({ ...goes, properties_key: 'goes' }, carriedBy(addressOf(x))),
    ];
    const stop = new AbortController().signal;
    const options = { consents: noConsents, parallel: 1, drainTimeout: 0, stop };
    const outcomes = await apply({ steps }, openTestBroker(env), options);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(await standing(vhost)).toEqual([after, q, comes].map(canonicalObject).sort());
  });
});
