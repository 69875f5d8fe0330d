// Each command on a disk with room for so many pages, and again once there is room.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { openExecHandler } from '../../src/harness/trainers/exec/exec-handler.ts';
import type { Location } from '../../src/harness/messaging/task.generated.ts';
import type { WorkEvent } from '../../src/harness/work/event.ts';
import { startWorker, type RunningWorker } from '../../src/harness/work/start.ts';
import type { Ended } from '../cli/call.ts';
import type { SmallDisk } from '../small-disk.ts';
import { until, type Bed } from './bed.ts';
import { optionsFor } from './trainers/exec/options-for.ts';
import { barePython } from './trainers/exec/python.ts';
import { folder } from './trainers/exec/trainer.ts';
import { linesOf, type PublishBed } from './publish-bed.ts';
import { callBuilt } from './run-harness.ts';
import type { TrainBed } from './train/chaos/train-bed.ts';
import { inlineOf, type HandWorker } from './train/hand-worker.ts';

/** Half written files, and locks left behind. */
const leftovers = (disk: SmallDisk): string[] =>
  disk.files().filter((file) => /\.(new|tmp)$|(^|\/)(lock|download-)/.test(file));

/** It succeeds, or names the file that could not be written, and calls nothing a bug. */
function expectTold({ code, err }: Ended, disk: SmallDisk): void {
  expect(err).not.toContain('bug in topo');
  expect(err).not.toMatch(/^ +at /m);
  if (code !== 0) {
    expect(code).toBe(1);
    expect(err).toMatch(/error: .*(can't be written: ENOSPC|\(ENOSPC\))\n {2}hint: make room/);
  }
  expect(leftovers(disk)).toEqual([]);
}

const count = 300;

/** Whether there was room enough. */
export async function publishOn(disk: SmallDisk, pages: number, bed: PublishBed): Promise<boolean> {
  disk.empty(pages);
  await writeFile(bed.tasks, linesOf(count));
  const args = [bed.tasks, '--to', 'w1', '--outbox', join(disk.path, 'outbox')];
  const first = await bed.run(args);
  expectTold(first, disk);
  disk.makeRoom();
  const second = first.code === 0 ? first : await bed.run(args);
  expect(second).toMatchObject({
    code: 0,
    out: expect.stringContaining('300 confirmed') as string,
  });
  const arrived = await bed.arrived('w1');
  expect(new Set(arrived.map(({ round }) => round)).size).toBe(count);
  expect(new Set(arrived.map(({ id }) => id)).size).toBe(count);
  expect(disk.files()).toEqual([]);
  return first.code === 0 && !first.err.includes('ENOSPC');
}

/** A worker that keeps results, dead letters, inline parameters and a shard on the disk. */
export async function workOn(
  disk: SmallDisk,
  pages: number,
  bed: Bed,
  shard: Required<Location>,
): Promise<boolean> {
  disk.empty(pages);
  for (const id of ['good-1', 'bad']) await bed.publish(id);
  for (const task of [
    { version: 1, id: 'good-2', parameters: inlineOf(1, 2) },
    { version: 1, id: 'good-3', shard },
  ])
    await bed.send(JSON.stringify(task), { messageId: task.id });
  const events: WorkEvent[] = [];
  const start = () => startOn(disk, bed, new URL(shard.uri), (event) => events.push(event));
  let worker = await start().catch((error: unknown) => {
    expect(error).toMatchObject({
      message: expect.stringContaining('ENOSPC') as string,
      hint: expect.stringContaining('make room') as string,
    });
    return undefined;
  });
  const isEnough = worker !== undefined;
  if (worker) await until(() => isSettled(events) || events.some(isFault), 'an end, or a fault');
  disk.makeRoom();
  worker ??= await start();
  await until(() => isSettled(events), 'the end of all');
  worker.drain();
  await worker.ended;
  expect(leftovers(disk)).toEqual([]);
  const written = await Promise.all(disk.files().map((file) => readFile(join(disk.path, file))));
  const text = written.map(String).join('\n');
  for (const id of ['good-1', 'good-2', 'good-3']) expect(text).toContain(`"task":"${id}"`);
  expect(text).toContain('"x-topo-error":"no columns"');
  expect(disk.files()).toContain(`state/cache/${shard.sha256}`);
  return isEnough && !events.some(isFault);
}

const isFault = (event: WorkEvent): boolean => JSON.stringify(event).includes('ENOSPC');

const isSettled = (events: readonly WorkEvent[]): boolean =>
  ['good-1', 'good-2', 'good-3', 'bad'].every((id) =>
    events.some(
      (event) =>
        event.kind === 'settled' &&
        event.id === id &&
        ['done', 'dead'].includes(event.settled.kind),
    ),
  );

function startOn(
  disk: SmallDisk,
  { roles, target }: Bed,
  { hostname, host }: URL,
  onEvent: (event: WorkEvent) => void,
): Promise<RunningWorker> {
  const { options } = optionsFor(`${barePython} '${folder}misbehave.py' poison`);
  const shards = {
    ...{ ...options.shards, allowedHosts: [hostname, host] },
    cache: join(disk.path, 'state/cache'),
  };
  return startWorker({
    ...{ roles, queue: 'w1', pool: false, target, timeout: 5_000, name: 'tester' },
    handlers: [openExecHandler({ ...options, shards })],
    ...{ prefetch: 4, max_attempts: 1_000, max_task: 60_000 },
    ...{ state: join(disk.path, 'state'), heartbeat: 1_000, onEvent },
    backoff: { shortest: 20, longest: 100 },
  });
}

/** A run of one round, by a worker that only answers. */
export async function trainOn(
  disk: SmallDisk,
  pages: number,
  { root }: TrainBed,
  worker: HandWorker,
): Promise<boolean> {
  disk.empty(pages);
  const runs = join(disk.path, 'runs');
  const train = (...flags: string[]): Promise<Ended> => {
    const args = ['train', 'job.yaml', '--runs', runs, '--run', 'run', ...flags];
    return answering(worker, () => callBuilt(args, { cwd: root }));
  };
  const first = await train();
  expectTold(first, disk);
  disk.makeRoom();
  const isThere = existsSync(join(runs, 'run/ledger.jsonl'));
  const second = first.code === 0 ? first : await train(...(isThere ? ['--resume'] : []));
  expect(second).toMatchObject({ code: 0 });
  expect(leftovers(disk)).toEqual([]);
  expect(await readFile(join(runs, 'run/model.safetensors'))).toEqual(
    Buffer.from(inlineOf(1, 2).inline, 'base64'),
  );
  return first.code === 0 && !first.err.includes('ENOSPC');
}

async function answering<T>(worker: HandWorker, act: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const answers = (async () => {
    while (!over.signal.aborted) {
      const task = worker.tasks.shift();
      if (task) await worker.answer(task, { metrics: { loss: 1 } });
      else await sleep(5);
    }
  })();
  try {
    return await act();
  } finally {
    over.abort();
    await answers;
  }
}
