// Runs on a real broker, with real processes that are killed, stopped and cut off: each comes to the model of a run that nothing happened to.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { broker, freshVhost } from '../../broker.ts';
import { openProxy } from '../../proxy.ts';
import { copyCode, deleteCode } from '../chaos/code.ts';
import type { Actor } from './chaos/actor.ts';
import { attempt } from './chaos/attempts.ts';
import { job } from './chaos/job.ts';
import { oracle } from './chaos/oracle.ts';
import { TrainBed, until, type CoordinatorOptions } from './chaos/train-bed.ts';
import { violationsOf, type Had } from './chaos/verdict.ts';

let code: string;
let model: string;
/** Its workers w2 and w3 outlive the tests; others are each test's own, and leave behind in their queues what they had. */
let bed: TrainBed;
let run = '';
let runs = 0;
const beds: TrainBed[] = [];
const own = new Set<Actor>();

beforeAll(async () => {
  code = await copyCode();
  bed = await layBed(5);
  model = await oracle(bed.root, job, bed.data);
  const workers = [2, 3].map((n) => bed.worker({ n }));
  await working(workers);
});
afterAll(async () => {
  for (const one of beds) await one.close();
  for (const one of beds) await rm(one.root, { recursive: true });
  await deleteCode(code);
});
afterEach(async () => {
  for (const actor of own) await actor.kill();
  own.clear();
});

async function layBed(queues: number): Promise<TrainBed> {
  const vhost = await freshVhost();
  const root = await mkdtemp(join(tmpdir(), 'topo-train-'));
  const url = `${broker.amqpUrl}/${vhost}`;
  const made = await TrainBed.lay({ url, vhost, root, code, queues });
  beds.push(made);
  return made;
}

const working = (workers: readonly Actor[]): Promise<void> =>
  until(
    () => workers.every((worker) => worker.has((line) => line.working !== undefined)),
    'workers',
  );

async function worker(settings: Parameters<TrainBed['worker']>[0]): Promise<Actor> {
  const actor = bed.worker(settings);
  own.add(actor);
  await working([actor]);
  return actor;
}

/** A coordinator of a run of its own. */
function coordinate(options: CoordinatorOptions = {}, on = bed): Actor {
  run = `run-${++runs}`;
  const actor = on.coordinator(run, options);
  own.add(actor);
  return actor;
}

const waits = (...steps: string[]): CoordinatorOptions => ({
  plans: steps.map((step) => ({ step, nth: 1, how: 'wait' })),
});
/** Any, or this one. */
const reaches = (actor: Actor, step?: string): Promise<void> =>
  until(() => actor.has(({ at }) => at !== undefined && at === (step ?? at)), 'the step');
const joined = (actor: Actor, workers: number): Promise<void> =>
  until(
    () => actor.lines.filter(({ entry }) => entry?.state === 'joined').length >= workers,
    'workers',
  );

/** It ends, and its run is what it must be. */
async function finishes(actor: Actor, on = bed, of = job): Promise<void> {
  expect(await actor.ended).toBe(0);
  await isWell(on, of);
}

async function isWell(on = bed, of = job, had: readonly Had[] = []): Promise<void> {
  expect(await violationsOf(on, run, { model, job: of, had })).toEqual([]);
}

test('a run that nothing happens to comes to the model of a sequential one', async () => {
  await finishes(coordinate());
});

test('parameters within messages make the same model', async () => {
  const inline = { ...job, store: { kind: 'inline' } as const };
  await finishes(coordinate({ job: inline }), bed, inline);
});

test.each([1, 8])('%i workers make the same model', async (count) => {
  const other = await layBed(count);
  const workers = Array.from({ length: count }, (_, at) => other.worker({ n: at + 1 }));
  await working(workers);
  await finishes(coordinate({}, other), other);
  await other.close();
});

test.each([
  ...['began', 'dispatched r1.s2', 'stored r1.s2', 'recorded r1.s2', 'acked r1.s2'],
  ...['aggregated 1', 'closed 1', 'saved', 'finished'],
])('the coordinator is killed when it has %s, and resumed', async (step) => {
  run = `run-${++runs}`;
  const plans = [{ step, nth: 1, how: 'kill' } as const];
  const { ending, deaths, had } = await attempt(bed, run, () => {
    return { plans: plans.splice(0) };
  });
  expect(ending).toEqual({ kind: 'finished' });
  expect(deaths).toEqual([step.split(' ')[0]]);
  await isWell(bed, job, had);
});

/** Nobody takes too long: on a busy machine, too, each worker gets a unit in each round. */
const patient = { ...job, straggler_factor: 100 };

test.each([
  ...['received', 'started', 'trained', 'kept', 'result_published', 'result_confirmed', 'acked'],
])('a worker is killed when a task is %s, and started again', async (step) => {
  const doomed = await worker({ n: 1, plan: { step, nth: 2 } });
  const coordinator = coordinate({ job: patient });
  expect(await doomed.ended).toBe('SIGKILL');
  await worker({ n: 1 });
  await finishes(coordinator);
});

test('a worker that is killed, and does not come back, is given up', async () => {
  const doomed = await worker({ n: 4, plan: { step: 'started', nth: 1 } });
  const coordinator = coordinate({ ...waits('stored init'), job: patient });
  await reaches(coordinator);
  await joined(coordinator, 3);
  coordinator.goOn();
  expect(await doomed.ended).toBe('SIGKILL');
  await finishes(coordinator);
  const timeline = await bed.timeline(run);
  expect(timeline).toContainEqual(expect.objectContaining({ kind: 'dispatched', why: 'silent' }));
});

test('a worker is stopped beyond its heartbeats: its unit goes to another, and its late result does not count', async () => {
  const other = await layBed(2);
  const stopped = other.worker({ n: 1, delay: [300, 300] });
  await working([stopped]);
  const coordinator = coordinate({ ...waits('aggregated 0'), job: patient }, other);
  await until(() => stopped.has(({ training = '' }) => training.includes('.r0.s')), 'a training');
  stopped.signal('SIGSTOP');
  const id = stopped.lines.findLast(({ training }) => training)?.training;
  await working([other.worker({ n: 2 })]);
  await reaches(coordinator);
  stopped.signal('SIGCONT');
  const has = async (kind: string, why: string): Promise<boolean> =>
    (await other.timeline(run)).some(
      (entry) => 'why' in entry && entry.unit.id === id && entry.kind === kind && entry.why === why,
    );
  expect(await has('dispatched', 'silent')).toBe(true);
  await until(() => has('dropped', 'late'), 'the late result');
  coordinator.goOn();
  await finishes(coordinator, other);
  await other.close();
});

test('every result comes three times, and counts once', async () => {
  const other = await layBed(2);
  await working([1, 2].map((n) => other.worker({ n, doubles: 1 })));
  await finishes(coordinate({}, other), other);
  const timeline = await other.timeline(run);
  expect(timeline.filter(({ kind }) => kind === 'dropped').length).toBeGreaterThan(10);
  await other.close();
});

test('a worker comes, and another goes, in mid-run', async () => {
  const other = await layBed(2);
  const slow = { delay: [80, 80] } as const;
  const first = other.worker({ n: 1, ...slow });
  await working([first]);
  const coordinator = coordinate(waits('recorded r1.s0'), other);
  await reaches(coordinator);
  const second = other.worker({ n: 2, ...slow });
  await working([second]);
  coordinator.goOn();
  await until(() => second.has(({ training }) => training !== undefined), 'its first training');
  first.signal('SIGTERM');
  expect(await first.ended).toBe(0);
  await finishes(coordinator, other);
  await other.close();
});

test.each(['dispatched r1.s1', 'stored r1.s1', 'recorded r1.s1'])(
  'the connections of the coordinator are cut when it has %s',
  async (step) => {
    const proxy = await openProxy({ host: '127.0.0.1', port: bed.port });
    const coordinator = coordinate({ ...waits(step), port: proxy.port });
    await reaches(coordinator);
    proxy.cut();
    await until(() => coordinator.has(({ entry }) => entry?.state === 'connected'), 'its return');
    coordinator.goOn();
    await finishes(coordinator);
    await proxy.close();
  },
);

test('a second coordinator on the same results is turned away, and so is one on the same run', async () => {
  const first = coordinate(waits('recorded r0.s1'));
  await reaches(first);
  const twin = bed.coordinator(run);
  expect(await twin.ended).toBe(3);
  expect(twin.lines.find(({ refused }) => refused)?.refused).toMatch(
    /another coordinator .* on run/,
  );
  const other = bed.coordinator('run-other');
  expect(await other.ended).toBe(3);
  expect(other.lines.find(({ refused }) => refused)?.refused).toBe(
    'another coordinator takes the results from queue results',
  );
  first.goOn();
  await finishes(first);
});

test.each([
  ['of another shape', 'shape', /output\.bias/],
  ['not finite', 'nan', /output\.bias/],
  ['missing', 'missing', /does not exist/],
  ['not what their hash says', 'lie', /does not hash to/],
] as const)('parameters that are %s are rejected, and trained by another', async (_, kind, why) => {
  await worker({ n: 1, bad: { kind } });
  await finishes(coordinate());
  const timeline = await bed.timeline(run);
  const dropped = timeline.filter((entry) => entry.kind === 'dropped');
  const rejected = dropped.filter((entry) => entry.why === 'invalid');
  expect(rejected).toContainEqual(
    expect.objectContaining({ reason: expect.stringMatching(why) as unknown }),
  );
  const accepted = timeline.filter((entry) => entry.kind === 'accepted');
  for (const { unit, worker } of rejected) {
    const counted = accepted.find((entry) => entry.unit.id === unit.id);
    expect(counted?.worker).not.toBe(worker);
  }
});

test('a unit that fails too often ends the run, which says why', async () => {
  const other = await layBed(2);
  await working([1, 2].map((n) => other.worker({ n, bad: { kind: 'nan' } })));
  const coordinator = coordinate({ job: { ...job, max_failures: 2 } }, other);
  expect(await coordinator.ended).toBe(1);
  const { ending } = coordinator.lines.find((line) => line.ending) ?? {};
  expect(ending?.kind).toBe('failed');
  expect(ending?.reason).toMatch(
    /^run-\d+\.r0\.s\d failed 2 times, at last: the result of w\d:\d+ is not valid/,
  );
  // Another bad result, checked at the same time, may be noted after it.
  const failed = (await other.ledger(run)).filter(({ kind }) => kind === 'failed');
  expect(failed).toMatchObject([{ reason: ending?.reason }]);
  expect(existsSync(join(other.root, 'runs', run, 'model.safetensors'))).toBe(false);
  await other.close();
});

/** The only worker gives a bad result at its second training, and remembers it. */
async function loneWorker(): Promise<TrainBed> {
  const other = await layBed(1);
  await working([other.worker({ n: 1, bad: { kind: 'nan', nth: 2 } })]);
  return other;
}

test('the only worker trains anew after a result that is not valid, and comes to the same model', async () => {
  const other = await loneWorker();
  await finishes(coordinate({ job: { ...job, max_failures: 2 } }, other), other);
  const rejected = (await other.ledger(run)).filter(({ kind }) => kind === 'rejected');
  expect(rejected).toMatchObject([{ unit: { id: `${run}.r0.s0` }, worker: 'w1:1' }]);
  await other.close();
});

test('a run that failed is resumed, and does not get the result again that it failed by', async () => {
  const other = await loneWorker();
  const strict = { job: { ...job, max_failures: 1 } };
  expect(await coordinate(strict, other).ended).toBe(1);
  await finishes(other.coordinator(run, strict), other);
  await other.close();
});

test("other runs' results, and what is none, are still in the queue afterwards", async () => {
  const other = await layBed(1);
  await working([other.worker({ n: 1 })]);
  const strangers = ['{"what": "is this"}', JSON.stringify(resultOf('elsewhere.r0.s0'))];
  await other.onBroker(async (channel) => {
    for (const text of strangers)
      channel.sendToQueue('results', Buffer.from(text), { persistent: true });
    return Promise.resolve();
  });
  await finishes(coordinate({}, other), other);
  const left = await other.onBroker(async (channel) => {
    const texts: string[] = [];
    await sleep(200);
    for (;;) {
      const message = await channel.get('results', { noAck: true });
      if (message === false) return texts;
      texts.push(message.content.toString());
    }
  });
  expect(left.sort()).toEqual(strangers.sort());
  await other.close();
});

function resultOf(task: string): object {
  const at = new Date().toISOString();
  return {
    ...{ version: 1, task, run: 'elsewhere', worker: 'someone', attempt: 1 },
    ...{ started_at: at, finished_at: at, samples: 1 },
  };
}
