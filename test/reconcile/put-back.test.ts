// What is put back first, before any plan.
import { expect, test } from 'vitest';
import { recordsOf } from '../../src/reconcile/record.ts';
import { putBack } from '../../src/reconcile/put-back.ts';
import { findUnfinished, noneEarlier } from '../../src/reconcile/unfinished.ts';
import { LockLost } from '../../src/reconcile/vhost-lock.ts';
import { isBinding } from '../../src/topology/object.ts';
import { brokerOf, planOf } from './shorthand.ts';

const made = { digits: '01234567', started: '2026-11-28T12:00:00.000Z', user: 'u', host: 'h' };

test('nothing more is put back once the lock is lost', async () => {
  const live = 'e:x, q:q, x>q a, x>q b';
  const [record] = recordsOf(await planOf({ desired: 'e:x topic', live }), made);
  if (record === undefined) throw new Error('no record');
  const broker = brokerOf('q:q');
  const earlier = { ...noneEarlier, kept: [{ record, where: 'broker' }] };
  const lost = new AbortController();
  let asked = 0;
  const failed = await putBack(findUnfinished(broker, broker.live, earlier), broker, {
    parallel: 1,
    drainTimeout: 0,
    stop: lost.signal,
    beforeEach: () => {
      if (++asked === 2) lost.abort(new LockLost('the lock was lost', {}));
      return Promise.resolve();
    },
  });
  expect(failed.map(({ address, reason }) => [address, reason])).toEqual([
    ['bindings/%2F/e/x/q/q/a', 'the lock was lost'],
    ['bindings/%2F/e/x/q/q/b', 'the lock was lost'],
  ]);
  expect([...broker.objects.values()].filter((one) => isBinding(one))).toEqual([]);
  expect(broker.objects.has('exchanges/%2F/x')).toBe(true);
});
