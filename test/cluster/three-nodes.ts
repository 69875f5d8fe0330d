// Describes tests on a cluster of their own; skips them where there can be none, and says why.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { Cluster } from './cluster.ts';
import { whyNoNamespaces } from './network.ts';

/** To be read while a test runs. */
export interface Bed {
  readonly cluster: Cluster;
  readonly folder: string;
}

export function describeThreeNodes(define: (bed: Bed) => void): void {
  const why = whyNoNamespaces();
  const title = `three nodes${why === undefined ? '' : `: ${why}`}`;
  describe.skipIf(why !== undefined)(title, () => {
    let started: Cluster | undefined;
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'topo-at-fault-'));
      started = await Cluster.start();
    }, 300_000);
    afterAll(async () => {
      await started?.stop();
      await rm(folder, { recursive: true });
    }, 60_000);
    define({
      get cluster() {
        if (started === undefined) throw new Error('the cluster has not started');
        return started;
      },
      get folder() {
        return folder;
      },
    });
  });
}
