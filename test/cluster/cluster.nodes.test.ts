// A cluster whose nodes go down, are cut off and come back: what apply refuses, what it warns of,
// and what it reads through each node. A sample of cluster.faults.test.ts comes last; in
// cluster.long.test.ts the cluster is partitioned, and more nodes boot.
import { expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { appliesOn } from './applies.ts';
import { FaultyCluster } from './at-fault.ts';
import { describeThreeNodes } from './three-nodes.ts';

const slow = 'nodes boot';
const options = { meta: { slow }, timeout: 300_000 };
describeThreeNodes((bed) => {
  const { vhost, at, apply } = appliesOn(bed);
  const strong = () => [
    '--verify=strong',
    ...bed.cluster.nodes.flatMap(({ endpoint }) => ['--node-endpoint', endpoint]),
  ];

  test('what was applied is read through every node', options, async () => {
    const told = await apply('{ name: a }', ...strong());
    expect(told, told.err).toMatchObject({ code: exit.done });
    expect(told.out).toContain('read through 3 nodes, all as planned');
  });

  test('a node that is cut off is named, and lacks what was applied', options, async () => {
    const { cluster } = bed;
    const [one, two, three] = [at(0), at(1), at(2)];
    await cluster.cut(three);
    await cluster.untilSeen([one, two], [one, two]);
    const told = await apply('{ name: a }, { name: b }', ...strong());
    expect(told, told.err).toMatchObject({ code: exit.partial });
    expect(told.out).toContain(`1 of 3 nodes is down or cut off: ${three.name}`);
    expect(told.out).toContain(`! ${three.name}: 1 not as planned: queues/${vhost}/b`);
    expect(told.out).toContain('read through 2 nodes, all as planned');
  });

  test('an apply needs a majority', options, async () => {
    const faulty = new FaultyCluster(bed.cluster, bed.folder);
    const two = { kind: 'kill two', hits: 'another', after: 0, asks: 0 } as const;
    expect(await faulty.attempt(two, { stays: true })).toEqual({ ended: 'exit 4', wrong: [] });
  });
});
