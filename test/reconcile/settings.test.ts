// Objects that a request changes in place: what is planned, in which order, and what goes along.
import { describe, expect, test } from 'vitest';
import { noConsents } from '../../src/reconcile/consents.ts';
import type { Selection } from '../../src/reconcile/select.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import { needsOf, renderNeed, type Plan } from '../../src/reconcile/step.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import { kinds } from '../../src/topology/kinds/kinds.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { isRouting, type Kind, type TopologyObject } from '../../src/topology/object.ts';
import type { Scope } from '../../src/topology/scope.ts';
import { MemoryBroker } from './memory-broker.ts';
import { toDesired, toLive } from './worlds.ts';

const make = (kind: Kind, fields: object): TopologyObject => kinds[kind].normalize(fields, 'shop');
const vhost = make('vhost', { name: 'shop' });
const user = (tags: string[]) => make('user', { name: 'worker', tags });
const permission = make('permission', { user: 'worker', configure: '', write: '.*', read: '.*' });
const queue = make('queue', { name: 'orders', type: 'classic' });
const policy = (length: number) =>
  make('policy', { name: 'p', pattern: '^o', definition: { 'max-length': length } });
const parameter = make('parameter', { component: 'shovel', name: 's', value: { a: 1 } });

interface Given {
  readonly live?: readonly TopologyObject[];
  readonly vhosts?: readonly string[];
  readonly manage?: Partial<Scope['manage'] & object>;
  readonly protect?: Scope['protect'];
  readonly selection?: Selection;
}

async function planOf(declared: readonly TopologyObject[], given: Given = {}): Promise<Plan> {
  const { live = [], vhosts = ['/', 'shop'], manage = {}, protect = {}, selection } = given;
  const routing = live.filter((one) => isRouting(one));
  const world = toLive(routing, vhosts);
  const objects = new Map(world.objects);
  for (const one of live) if (!isRouting(one)) objects.set(addressOf(one), one);
  const scope: Scope = { vhost: 'shop', manage: { bindings_into: [], ...manage }, protect };
  const broker = new MemoryBroker({ ...world, objects });
  const source = fromFiles(toDesired(declared, scope), broker, {
    endpoint: 'http://localhost:15672',
    selection: selection ?? { targets: [] },
    consents: { ...noConsents, deletes: 1000 },
    earlier: noneEarlier,
  });
  return (await source.read()).plan;
}

const stepsOf = ({ steps }: Plan): string[] =>
  steps.map((step) => [step.kind, step.address, ...needsOf(step).map(renderNeed)].join(' '));

describe('order', () => {
  test('a new vhost and a new user come first, and block what needs them', async () => {
    const plan = await planOf([policy(1), queue, permission, user([]), vhost], { vhosts: ['/'] });
    expect(stepsOf(plan)).toEqual([
      'create vhosts/shop',
      'create users/worker',
      'create permissions/shop/worker vhosts/shop users/worker',
      'create queues/shop/orders vhosts/shop',
      'create policies/shop/p vhosts/shop',
    ]);
  });

  test('a topic permission comes right after the new exchange that it is for', async () => {
    const exchange = make('exchange', { name: 'events', type: 'topic' });
    const topics = { user: 'worker', exchange: 'events', write: '', read: '.*' };
    const declared = [queue, make('topic_permission', topics), exchange, user([])];
    expect(stepsOf(await planOf(declared))).toEqual([
      'create users/worker',
      'create exchanges/shop/events',
      'create topic-permissions/shop/worker/events users/worker exchanges/shop/events',
      'create queues/shop/orders',
    ]);
  });

  test('deletes go the other way round', async () => {
    const live = [user([]), permission, queue, policy(1), parameter];
    const manage = {
      user: ['*'],
      permission: ['*'],
      policy: ['*'],
      parameter: ['*'],
      queue: ['*'],
    };
    expect(stepsOf(await planOf([], { live, manage })).map((step) => step.split('/')[0])).toEqual([
      'delete policies',
      'delete parameters',
      'delete queues',
      'delete permissions',
      'delete users',
    ]);
  });

  test('a queue goes before its vhost, everything else with it', async () => {
    const live = [vhost, queue, policy(1), permission];
    const plan = await planOf([], { live, manage: { vhost: ['shop'] } });
    expect(plan.steps.map(({ address, request }) => [address, request.kind])).toEqual([
      ['policies/shop/p', 'carried'],
      ['queues/shop/orders', 'own'],
      ['permissions/shop/worker', 'carried'],
      ['vhosts/shop', 'own'],
    ]);
    expect(stepsOf(plan).at(-1)).toBe('delete vhosts/shop queues/shop/orders');
  });
});

describe('difference', () => {
  test('is an update', async () => {
    const live = [vhost, user(['management']), policy(1)];
    expect(stepsOf(await planOf([user(['monitoring']), policy(2)], { live }))).toEqual([
      'update users/worker',
      'update policies/shop/p',
    ]);
  });

  test('does not count what a file leaves open', async () => {
    const full = make('vhost', { name: 'shop', description: 'x', limits: { 'max-queues': 5 } });
    expect(stepsOf(await planOf([vhost], { live: [full] }))).toEqual([]);
    const described = make('vhost', { name: 'shop', description: 'y' });
    const plan = await planOf([described], { live: [full] });
    expect(plan.steps).toMatchObject([
      { after: { description: 'y', limits: new Map([['max-queues', 5]]) } },
    ]);
  });

  test('in tags is none if only their order differs', async () => {
    const live = [make('user', { name: 'worker', tags: 'b,a' })];
    expect(stepsOf(await planOf([user(['a', 'b'])], { live }))).toEqual([]);
  });
});

describe('ownership', () => {
  test('of other kinds comes by pattern only', async () => {
    const live = [user([]), permission, policy(1), parameter];
    const all = await planOf([queue], { live, manage: {} });
    expect(stepsOf(all)).toEqual(['create queues/shop/orders']);
    const some = await planOf([queue], { live, manage: { parameter: ['shovel/*'] } });
    expect(stepsOf(some)).toEqual(['create queues/shop/orders', 'delete parameters/shovel/shop/s']);
  });

  test('a user stays with a permission that is protected', async () => {
    const live = [vhost, user([]), permission];
    const manage = { user: ['work*'] };
    const plan = await planOf([], { live, manage, protect: { permission: ['work*'] } });
    expect(plan.refusals).toMatchObject([
      {
        code: 'protected',
        address: 'users/worker',
        reason: 'permission of user "worker" is protected and would be deleted with it',
      },
    ]);
    expect((await planOf([], { live, manage })).refusals).toEqual([]);
  });

  test('ends where protect begins', async () => {
    const live = [user([]), policy(1)];
    const manage = { user: ['*'], policy: ['*'] };
    const plan = await planOf([queue], { live, manage, protect: { user: ['work*'] } });
    expect(stepsOf(plan)).toEqual(['create queues/shop/orders', 'delete policies/shop/p']);
  });
});

describe('an administrator who can log in must be left', () => {
  const hash = { hashing_algorithm: 'rabbit_password_hashing_sha256' };
  const root = (tags: string[]) =>
    make('user', { name: 'root', tags, password_hash: 'AAAAAAAA', ...hash });
  const other = (password_hash: string) =>
    make('user', { name: 'other', tags: ['administrator'], password_hash, ...hash });
  const rows: [other: TopologyObject[], reasons: string[]][] = [
    [[], ['no administrator would be left']],
    [[other('')], ['no administrator with a password would be left']],
    [[other('AAAAAAAA')], []],
  ];
  test.each(rows)('%#', async (others, reasons) => {
    const live = [root(['administrator'])];
    const { refusals } = await planOf([root([]), ...others], { live });
    expect(refusals.map(({ reason }) => reason)).toEqual(reasons);
  });
});

test('--target takes the new vhost and the new user along', async () => {
  const declared = [vhost, user([]), permission, queue, policy(1)];
  const selection = { targets: ['permissions/shop/worker'] };
  const plan = await planOf(declared, { vhosts: ['/'], selection });
  expect(plan.steps.map(({ address }) => address)).toEqual([
    'vhosts/shop',
    'users/worker',
    'permissions/shop/worker',
  ]);
});
