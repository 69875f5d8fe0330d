// A sample of broker-killed.faults.test.ts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { brokerOf } from '../broker-of.ts';
import { takeNode } from '../broker.ts';
import { applyWhile } from './broken-broker.ts';
import { planOf, runWhole } from './killed-plans.ts';

const mishap = 'killed, and back after the run';

test(
  `the broker is ${mishap}`,
  { meta: { slow: 'a broker boots again' }, timeout: 600_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'topo-broken-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const node = await takeNode();
    const plan = planOf('an exchange of another type and a shorter queue, with bindings of others');
    const way = 'over AMQP';
    const { said, wanted } = await runWhole(plan, { at: brokerOf(node), way, folder });
    const nth = Math.floor(said * 0.6);
    const { ended, wrong } = await applyWhile({ plan, way, mishap, nth }, node, wanted, folder);
    expect(wrong).toEqual([]);
    expect(ended).toBeDefined();
  },
);
