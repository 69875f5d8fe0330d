// Objects that earlier files owned and no file owns now.
import { describe, expect, test } from 'vitest';
import { noConsents } from '../../src/reconcile/consents.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import type { Desired } from '../../src/topology/desired.ts';
import type { Scope } from '../../src/topology/scope.ts';
import { disownedNote } from '../../src/report/disowned.ts';
import { MemoryBroker } from './memory-broker.ts';
import { objectsOf, scopeOf } from './shorthand.ts';
import { toDesired, toLive } from './worlds.ts';

const options = {
  endpoint: 'http://localhost:15672',
  selection: { targets: [] },
  consents: noConsents,
  earlier: noneEarlier,
};

interface World {
  readonly was: string;
  readonly wasOwn?: string;
  readonly now?: string;
  readonly own?: string;
  readonly into?: string;
  readonly live: string;
}

async function disowned({ was, wasOwn = '', now = '', own = '', into = '', live }: World) {
  const broker = new MemoryBroker(toLive(objectsOf(live)));
  const desired = toDesired(objectsOf(now), scopeOf(own, '', into));
  const former = toDesired(objectsOf(was), scopeOf(wasOwn));
  const { plan } = await fromFiles(desired, broker, options, former).read();
  return plan.disowned?.map(({ address, because }) =>
    because === undefined ? address : `${address} with ${because}`,
  );
}

const live = 'e:ship, q:ship.a, q:pay, ship>ship.a k, ship>pay k, amq.topic>ship.a';

describe('what no file owns any more', () => {
  const rows: [situation: string, world: World, left: string[]][] = [
    ['what was declared', { was: 'q:ship.a', live }, ['queues/%2F/ship.a']],
    [
      'what was managed, and the bindings between',
      { was: '', wasOwn: 'ship*', live },
      [
        'exchanges/%2F/ship',
        'queues/%2F/ship.a',
        'bindings/%2F/e/ship/q/ship.a/k with queues/%2F/ship.a',
      ],
    ],
    [
      'not what is declared now',
      { was: 'q:ship.a, q:pay', now: 'q:ship.a', live },
      ['queues/%2F/pay'],
    ],
    [
      'not what matches manage now',
      { was: 'e:ship, q:pay', own: 'pay', live: 'e:ship, q:pay max 5' },
      ['exchanges/%2F/ship'],
    ],
    [
      'not what is gone',
      { was: 'q:gone, e:ship', now: '', live: 'e:ship' },
      ['exchanges/%2F/ship'],
    ],
    [
      'a binding between what is still owned by others',
      { was: 'e:ship, q:pay, ship>pay k', now: 'q:pay', live },
      ['exchanges/%2F/ship', 'bindings/%2F/e/ship/q/pay/k with exchanges/%2F/ship'],
    ],
    [
      'not a binding into what bindings_into names now',
      { was: 'ship>pay k', now: 'q:pay, ship>pay k', into: 'pay', live },
      [],
    ],
    [
      'nothing of the broker itself',
      { was: 'amq.topic>ship.a', wasOwn: 'amq.*', live },
      ['bindings/%2F/e/amq.topic/q/ship.a/~'],
    ],
  ];
  test.each(rows)('%s', async (_, world, left) => {
    expect(await disowned(world)).toEqual(left);
  });
});

test('other vhosts are read only for this, and named if not visible', async () => {
  const none: Scope['protect'] = { exchange: [], queue: [] };
  const scopes = ['/', 'ship', 'closed'].map((vhost): Scope => ({
    vhost,
    manage: { ...none, bindings_into: [] },
    protect: none,
  }));
  const queue = objectsOf('q:a').map((object) => ({ ...object, vhost: 'ship' }));
  const broker = new MemoryBroker(toLive(queue, ['/', 'ship']));
  const { plan } = await fromFiles(
    toDesired([], ...scopes.slice(0, 1)),
    broker,
    options,
    toDesired(queue, ...scopes.slice(1)),
  ).read();
  expect(plan.disowned).toEqual([{ address: 'queues/ship/a', object: 'queue' }]);
  expect(plan.summary).toMatchObject({ unmanaged: 0, vhosts: [{ name: '/' }] });
  expect(plan.warnings).toMatchObject([
    {
      code: 'no-such-vhost',
      message: expect.stringContaining('vhost "closed" of --was') as string,
    },
  ]);
});

test('without earlier files there is no list, and a long list is counted', async () => {
  const many = Array.from({ length: 130 }, (_, n) => `q:a${n}`).join(', ');
  const broker = new MemoryBroker(toLive(objectsOf(many)));
  const desired = toDesired([], scopeOf(''));
  const former = toDesired(objectsOf(many), scopeOf(''));
  const noteOf = async (was?: Desired) =>
    disownedNote((await fromFiles(desired, broker, options, was).read()).plan);
  expect(await noteOf()).toBeUndefined();
  const note = await noteOf(former);
  expect(note).toMatchObject({
    heading: 'owned by the files of --was, and now without an owner: 130 queues',
    more: '… and 30 more (--format json has all)',
  });
  expect(note?.addresses).toHaveLength(100);
});
