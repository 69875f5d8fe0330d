// Lets a node have an alarm before, while and after topo plans, writes and migrates.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, test, vi } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { sandboxEnvironment, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { takeNode } from '../broker.ts';
import { tryAll, type Fared } from '../faults.ts';
import { resources, setAlarm, type Resource } from './alarms.ts';
import { Orders, reach } from './orders.ts';
import { callTopo, startTopo, type Running } from './topo.ts';
import type { Ended } from './call.ts';

let node: Sandbox;
let folder = '';
beforeAll(async () => {
  node = await takeNode();
  folder = await mkdtemp(join(tmpdir(), 'topo-alarm-faults-'));
});
afterAll(() => rm(folder, { recursive: true }));

const topo = (...args: string[]) => callTopo(args, folder, sandboxEnvironment(node));

interface Case {
  readonly resource: Resource;
  /** Whether the alarm ends before topo is interrupted or has ended. */
  readonly ends: boolean;
}
type Attempt = (orders: Orders, one: Case) => Promise<{ ended: string; wrong: string[] }>;

const refused = /has the .* alarm, and the broker takes no messages: .* could not be carried over/;

const unlike = (run: Ended, code: number, told = /(?:)/): string[] =>
  run.code === code && told.test(run.out + run.err)
    ? []
    : [`ended with ${run.code}: ${run.out}${run.err}`];

/** The alarm comes at that moment of a migration. */
const amid =
  (isThen: (orders: Orders) => Promise<boolean>): Attempt =>
  async (orders, { resource, ends }) => {
    const worker = await orders.work({ prefetch: 3, holds: true });
    const run = startTopo(['apply', orders.file, '--yes'], folder, sandboxEnvironment(node));
    await reach(run, () => isThen(orders));
    await setAlarm(node, resource, 'on');
    await worker.stop();
    await sleep(1_000);
    if (ends) await setAlarm(node, resource, 'off');
    else await interruptTwice(run);
    const { code, out, err } = await run.ended;
    const ended = `a migration, ${ends ? 'which went on' : 'which was interrupted'}`;
    // It may have ended before the alarm.
    const isFine = code === exit.done || (!ends && code === exit.interrupted);
    return { ended, wrong: isFine ? [] : [`ended with ${code}: ${out}${err}`] };
  };

async function interruptTwice({ child, ended }: Running): Promise<void> {
  child.kill('SIGINT');
  await sleep(200);
  child.kill('SIGINT');
  await ended;
}

const attempts: Record<string, Attempt> = {
  'before the plan': async (orders, { resource, ends }) => {
    await setAlarm(node, resource, 'on');
    const plan = await topo('plan', orders.file);
    if (ends) await setAlarm(node, resource, 'off');
    const run = await topo('apply', orders.file, '--yes');
    const wrong = [
      ...unlike(plan, exit.done, refused),
      ...(ends ? unlike(run, exit.done) : unlike(run, exit.refused, refused)),
    ];
    return { ended: ends ? 'applied after it' : 'refused', wrong };
  },
  'between plan and apply': async (orders, { resource, ends }) => {
    const saved = join(folder, `${orders.vhost}.json`);
    await topo('plan', orders.file, '--out', saved);
    await setAlarm(node, resource, 'on');
    if (ends) await setAlarm(node, resource, 'off');
    const run = await topo('apply', saved, '--yes');
    const wrong = ends ? unlike(run, exit.done) : unlike(run, exit.refused, refused);
    return { ended: ends ? 'applied after it' : 'refused', wrong };
  },
  'while apply declares': async ({ vhost }, { resource, ends }) => {
    const file = join(folder, `${vhost}.yaml`);
    const many = "{ name: 'q${n}', for_each: { n: 1..50 } }";
    await writeFile(file, `vhost: ${vhost}\nqueues: [${many}]\n`);
    const run = startTopo(['apply', file, '--yes'], folder, sandboxEnvironment(node));
    await setAlarm(node, resource, 'on');
    if (ends) await setAlarm(node, resource, 'off');
    return { ended: 'declared all the same', wrong: unlike(await run.ended, exit.done) };
  },
  'while messages are parked': amid((orders) => orders.isParkingThere()),
  'once bindings lead to the parking queue': amid((orders) => orders.isBoundToParking()),
};

const cases = Object.entries(attempts).flatMap(([when, attempt]) =>
  resources.flatMap((resource) => [true, false].map((ends) => ({ when, attempt, resource, ends }))),
);

const slow = 'twenty alarms come and go, most of them with a migration';
vi.setConfig({ testTimeout: 900_000 });
test('the memory alarm and the disk alarm', { meta: { slow } }, async () => {
  await tryAll('alarms', cases, 1, async ({ attempt, ...one }): Promise<Fared> => {
    const orders = await Orders.setUp(brokerOf(node));
    const publisher = await orders.publish(50);
    const fared = await attempt(orders, one).finally(() => setAlarm(node, one.resource, 'off'));
    const rest = await topo('apply', orders.file, '--yes');
    const wrong = [...fared.wrong, ...unlike(rest, exit.done)];
    if (wrong.length === 0) await orders.expectAllThere(publisher);
    return { ended: fared.ended, wrong };
  });
});
