// Whether a cluster is fit for a plan: each condition of it, and each kind of plan.
import { describe, expect, test } from 'vitest';
import type { ClusterNode, Health } from '../../src/reconcile/cluster.ts';
import { noConsents } from '../../src/reconcile/consents.ts';
import { warnOfDeadQueues } from '../../src/reconcile/dead-queues.ts';
import { doubtsBetween } from '../../src/reconcile/doubts.ts';
import { guardHealth, isOfCluster } from '../../src/reconcile/health.ts';
import type { Step } from '../../src/reconcile/step.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { kinds } from '../../src/topology/kinds/kinds.ts';
import type { LiveQueue } from '../../src/topology/live.ts';
import { toLive } from './worlds.ts';

const node = (n: number, fields: Partial<ClusterNode> = {}): ClusterNode => ({
  name: `rabbit@${n}`,
  running: true,
  partitions: [],
  uptime: 60_000,
  ...fields,
});
const down = (n: number) => node(n, { running: false, uptime: undefined });
const parted = (n: number, ...others: number[]) =>
  node(n, { partitions: others.map((other) => `rabbit@${other}`) });
const three = [node(1), node(2), node(3)];
const healthy: Health = { nodes: three, alarms: [] };

const queue = kinds.queue.normalize({ name: 'q', type: 'quorum' }, '/');
const seen = (online: number, members = 3): LiveQueue => {
  const names = (count: number) => three.slice(0, count).map(({ name }) => name);
  return {
    ...queue,
    type: 'quorum',
    system: false,
    ready: 0,
    unacked: 0,
    consumers: 0,
    state: 'running',
    replicas: { members: names(members), online: names(online) },
  };
};
const common = {
  address: addressOf(queue),
  managed: true,
  because: undefined,
  request: { kind: 'own', needs: [] },
  depth: undefined,
  effect: undefined,
} as const;
const steps = {
  create: { ...common, kind: 'create', after: queue, at: undefined },
  replace: { ...common, kind: 'replace', before: seen(3), after: queue, at: undefined },
  delete: { ...common, kind: 'delete', before: seen(3) },
} satisfies Record<string, Step>;
const parking = { named: 'beside', type: 'quorum', arguments: {} } as const;
const carrying = {
  ...steps.replace,
  carry: { messages: 1, consumers: 0, seconds: 3, parking },
};

interface Row {
  readonly is: string;
  readonly health: Health;
  readonly steps?: readonly Step[];
  readonly live?: LiveQueue;
  readonly refused?: readonly string[];
  readonly warned?: readonly string[];
}

const memory = [{ node: 'rabbit@1', resource: 'memory' }];
const rows: readonly Row[] = [
  { is: 'a healthy cluster', health: healthy },
  { is: 'a single node', health: { nodes: [node(1)], alarms: [] } },
  {
    is: 'a partition',
    health: { nodes: [parted(1, 3), node(2), parted(3, 1)], alarms: [] },
    refused: ['partition'],
  },
  {
    is: 'one of three nodes down',
    health: { nodes: [node(1), node(2), down(3)], alarms: [] },
    warned: ['node-down'],
  },
  {
    is: 'two of three nodes down',
    health: { nodes: [node(1), down(2), down(3)], alarms: [] },
    refused: ['no-majority'],
  },
  {
    is: 'one of two nodes down: half is no majority',
    health: { nodes: [node(1), down(2)], alarms: [] },
    refused: ['no-majority'],
  },
  {
    is: 'an alarm, and a plan that moves no message',
    health: { ...healthy, alarms: memory },
    steps: [steps.create],
    warned: ['alarm'],
  },
  {
    is: 'an alarm, and a plan that carries messages over',
    health: { ...healthy, alarms: memory },
    steps: [carrying],
    refused: ['alarm'],
  },
  {
    is: 'feature flags that are disabled',
    health: { ...healthy, disabledFlags: ['stream_queue'] },
    warned: ['feature-flags'],
  },
  {
    is: 'feature flags that this user may not list',
    health: { ...healthy, disabledFlags: undefined },
  },
  {
    is: 'a queue to delete that one of three replicas is left of',
    health: healthy,
    steps: [steps.delete],
    live: seen(1),
    refused: ['no-quorum'],
  },
  {
    is: 'a queue to replace that one of three replicas is left of',
    health: healthy,
    steps: [steps.replace],
    live: seen(1),
    refused: ['no-quorum'],
  },
  {
    is: 'a queue to delete that two of three replicas are left of',
    health: healthy,
    steps: [steps.delete],
    live: seen(2),
  },
  {
    is: 'a queue to delete none of whose replicas runs though their nodes do: it asks for consent to lose messages instead',
    health: healthy,
    steps: [steps.delete],
    live: seen(0),
  },
  {
    is: 'a queue to delete none of whose replicas runs, as one of their nodes',
    health: { nodes: [node(1), node(2), down(3)], alarms: [] },
    steps: [steps.delete],
    live: seen(0),
    refused: ['no-quorum'],
    warned: ['node-down'],
  },
  {
    is: 'a queue without quorum that the plan leaves alone',
    health: healthy,
    steps: [{ ...steps.create, address: 'queues/%2F/other' }],
    live: seen(1),
  },
  {
    is: 'nodes that the user may not see, of a cluster',
    health: { nodes: undefined, alarms: [] },
    live: seen(3),
    warned: ['nodes-unseen'],
  },
  {
    is: 'nodes that the user may not see, and nothing replicated',
    health: { nodes: undefined, alarms: undefined },
    live: seen(1, 1),
  },
];

const factsOf = ({ health, steps: planned = [steps.create], live }: Row) => {
  const world = toLive([], ['/']);
  if (live === undefined) return { steps: planned, isOwing: false, live: world, health };
  const objects = new Map([...world.objects, [addressOf(live), live] as const]);
  return { steps: planned, isOwing: false, live: { ...world, objects }, health };
};
const codesOf = (found: readonly { readonly code: string }[]) => found.map(({ code }) => code);

describe('before the first write', () => {
  test.each(rows)('$is', (row) => {
    const { refusals, warnings } = guardHealth(factsOf(row), noConsents);
    expect(codesOf(refusals)).toEqual(row.refused ?? []);
    expect(codesOf(warnings)).toEqual(row.warned ?? []);
    for (const { hint } of refusals) expect(hint).toContain('topo apply --allow-unhealthy');
  });

  test.each(rows)('$is: with consent, all is a warning', (row) => {
    const agreed = { ...noConsents, unhealthy: true };
    const { refusals, warnings } = guardHealth(factsOf(row), agreed);
    expect(refusals).toEqual([]);
    const all = [...(row.refused ?? []), ...(row.warned ?? [])];
    expect(codesOf(warnings).sort()).toEqual(all.sort());
  });

  test.each(rows)('$is: a plan without a write asks nothing of the cluster', (row) => {
    const idle = guardHealth(factsOf({ ...row, steps: [] }), noConsents);
    expect(idle).toEqual({ refusals: [], warnings: [] });
  });

  test.each([
    { nodes: [node(1), node(2), down(3)], way: /^start rabbit@3, or/ },
    { nodes: three, way: /^bring it back on rabbit@2, rabbit@3, which run: rabbitmqctl eval '/ },
    { nodes: undefined, way: /^start rabbit@2, rabbit@3; if they run, rabbitmqctl eval '/ },
  ])('one of three replicas is left, and the hint is $way', ({ nodes, way }) => {
    const health = { nodes, alarms: [] };
    const facts = factsOf({ is: '', health, steps: [steps.delete], live: seen(1) });
    const { refusals } = guardHealth(facts, noConsents);
    expect(refusals.find(({ code }) => code === 'no-quorum')?.hint).toMatch(way);
  });

  test('what was taken away does not come back onto a partitioned cluster', () => {
    const health = { nodes: [parted(1, 2), parted(2, 1)], alarms: [] };
    const facts = { ...factsOf({ is: '', health, steps: [] }), isOwing: true };
    const { refusals } = guardHealth(facts, noConsents);
    expect(refusals.every(isOfCluster)).toBe(true);
    expect(refusals).toMatchObject([{ reason: /rabbit@1 and rabbit@2 went on/ }].map(matching));
  });
});

const matching = ({ reason }: { reason: RegExp }) => ({
  reason: expect.stringMatching(reason) as string,
});

const after = (...nodes: ClusterNode[]): Health => ({ nodes, alarms: [] });
const between: readonly {
  is: string;
  before?: Health;
  after: Health;
  doubts: readonly string[];
}[] = [
  { is: 'nothing', after: after(...three), doubts: [] },
  { is: 'a node that went', after: after(node(1), node(2), down(3)), doubts: [] },
  {
    is: 'a node that came back',
    before: after(node(1), node(2), down(3)),
    after: after(...three),
    doubts: ['node-back'],
  },
  {
    is: 'a node that was restarted',
    after: after(node(1), node(2), node(3, { uptime: 4_000 })),
    doubts: ['node-back'],
  },
  { is: 'two nodes that went', after: after(node(1), down(2), down(3)), doubts: ['no-majority'] },
  {
    is: 'a partition',
    after: after(parted(1, 3), node(2), parted(3, 1)),
    doubts: ['partition'],
  },
  {
    is: 'a partition that was there before, as agreed',
    before: after(parted(1, 3), node(2), parted(3, 1)),
    after: after(parted(1, 3), node(2), parted(3, 1)),
    doubts: [],
  },
  {
    is: 'nodes that the user may not see',
    before: { nodes: undefined, alarms: [] },
    after: { nodes: undefined, alarms: [] },
    doubts: [],
  },
];

describe('after the last write', () => {
  test.each(between)('$is', ({ before = healthy, after: now, doubts }) => {
    expect(codesOf(doubtsBetween(before, now))).toEqual(doubts);
  });
});

const whys: [is: string, live: LiveQueue, health: Health, why: string | undefined][] = [
  ['a queue with a leader', seen(3), healthy, undefined],
  ['no replica runs', seen(0), healthy, 'none of its replicas runs, though their nodes do'],
  ['no leader', { ...seen(3), leaderless: true }, healthy, 'it has no leader, though its replicas'],
  ['no leader, for want of a majority', { ...seen(1), leaderless: true }, healthy, undefined],
  ['no replica runs, nor a node', seen(0), { nodes: [down(1)], alarms: [] }, undefined],
];
test.each(whys)('a declared quorum queue that takes no messages is told: %s', (...row) => {
  const [, live, health, why] = row;
  const told = warnOfDeadQueues([common.address], toLive([live]), health, []);
  expect(told.map(({ message }) => message)).toEqual(
    why === undefined ? [] : [expect.stringContaining(`queue "q" takes no messages: ${why}`)],
  );
});
