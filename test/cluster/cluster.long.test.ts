// A cluster that is partitioned, or of which a node boots while topo writes, or is gone for good.
import { expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api } from '../broker.ts';
import { openProxy } from '../proxy.ts';
import { appliesOn } from './applies.ts';
import { FaultyCluster } from './at-fault.ts';
import { migrateAtFault } from './migration-at-fault.ts';
import { describeThreeNodes } from './three-nodes.ts';

const slow = 'nodes boot';
const options = { meta: { slow }, timeout: 300_000 };
describeThreeNodes((bed) => {
  const { vhost, at, apply } = appliesOn(bed);

  test('nothing is written while the cluster is partitioned', options, async () => {
    const { cluster } = bed;
    const [one, two, three] = [at(0), at(1), at(2)];
    await cluster.cut(three);
    await cluster.untilSeen([one, two], [one, two]);
    await cluster.heal(three);
    const parted = async () => {
      const nodes = (await api('GET', 'nodes', undefined, at(0))) as { partitions?: string[] }[];
      return nodes.flatMap(({ partitions = [] }) => partitions);
    };
    await expect.poll(parted, { timeout: 60_000 }).not.toEqual([]);
    const told = await apply('{ name: c }');
    expect(told, told.err).toMatchObject({ code: exit.refused });
    expect(told.out).toContain('the cluster is partitioned: ');
    await cluster.recover();
    await expect.poll(parted, { timeout: 60_000 }).toEqual([]);
    const next = await apply('{ name: c }');
    expect(next, next.out + next.err).toMatchObject({ code: exit.done });
  });

  test('a node that boots while topo writes makes what was written doubtful', options, async () => {
    const { cluster } = bed;
    const [one, two, three] = [at(0), at(1), at(2)];
    await cluster.kill(three);
    await cluster.untilSeen([one, two], [one, two]);
    const { hostname, port } = new URL(one.endpoint);
    const proxy = await openProxy({ host: hostname, port: Number(port) });
    const isHeld = proxy.blackHoleBefore(/^PUT \/api\/queues\/\S+\/e /m);
    const through = ['--endpoint', `http://127.0.0.1:${proxy.port}`, '--timeout', '120'];
    const running = apply('{ name: c }, { name: e }', ...through);
    await isHeld;
    await cluster.startNode(three);
    await cluster.untilWhole();
    proxy.restore();
    const told = await running;
    await proxy.close();
    expect(told, told.out + told.err).toMatchObject({ code: exit.partial });
    expect(told.out + told.err).toContain(`${three.name} came back while this ran`);
    const next = await apply('{ name: c }, { name: e }');
    expect(next, next.out + next.err).toMatchObject({ code: exit.done });
  });

  test('a queue that has lost one of its two replicas is not deleted', options, async () => {
    const { cluster } = bed;
    const args = { 'x-queue-type': 'quorum', 'x-quorum-initial-group-size': 2 };
    await api('PUT', `queues/${vhost}/d`, { durable: true, arguments: args }, at(0));
    const path = `queues/${vhost}/d?disable_stats=true`;
    const { members } = (await api('GET', path, undefined, at(0))) as { members: string[] };
    const other = cluster.nodes.find((node) => node !== at(0) && members.includes(node.name));
    if (other === undefined) throw new Error(`it has ${members.join()}`);
    const left = cluster.nodes.filter((node) => node !== other);
    await cluster.kill(other);
    await cluster.untilSeen(left, left);
    const told = await apply('{ name: c }');
    expect(told, told.out + told.err).toMatchObject({ code: exit.refused });
    expect(told.out).toContain('only 1 of its 2 replicas can be reached');
    await cluster.recover();
  });

  test(
    'a queue whose majority is gone while it is carried over stays half-way',
    options,
    async () => {
      const fault = { kind: 'kill two', hits: 'another', after: 34, asks: 0 } as const;
      const says = 'takes no message: only 1 of its 3 replicas can be reached';
      const fared = await migrateAtFault(fault, bed.cluster, bed.folder, says);
      expect(fared).toEqual({ ended: 'exit 6 of a migration', wrong: [] });
    },
  );

  test('an apply needs no more than a majority', options, async () => {
    const faulty = new FaultyCluster(bed.cluster, bed.folder);
    const one = { kind: 'kill', hits: 'another', after: 0, asks: 0 } as const;
    expect(await faulty.attempt(one, { stays: true })).toEqual({ ended: 'exit 0', wrong: [] });
  });
});
