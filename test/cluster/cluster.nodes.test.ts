// A sample of cluster.faults.test.ts: a cluster that has lost one node of three, and then another.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FaultyCluster } from './at-fault.ts';
import { Cluster } from './cluster.ts';
import { whyNoNamespaces } from './network.ts';

const why = whyNoNamespaces();
const slow = 'three nodes boot';
describe.skipIf(why !== undefined)(`three nodes${why === undefined ? '' : `: ${why}`}`, () => {
  let cluster: Cluster;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topo-at-fault-'));
    cluster = await Cluster.start();
  }, 300_000);
  afterAll(async () => {
    await (cluster as Cluster | undefined)?.stop();
    await rm(folder, { recursive: true });
  }, 60_000);

  test('an apply needs a majority', { meta: { slow }, timeout: 300_000 }, async () => {
    const faulty = new FaultyCluster(cluster, folder);
    const one = { kind: 'kill', hits: 'another', after: 0, asks: 0 } as const;
    expect(await faulty.attempt(one, { stays: true })).toEqual({ ended: 'exit 0', wrong: [] });
    const two = { kind: 'kill two', hits: 'another', after: 0, asks: 0 } as const;
    expect(await faulty.attempt(two, { stays: true })).toEqual({ ended: 'exit 4', wrong: [] });
  });
});
