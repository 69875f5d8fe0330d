// Arbitrary messages through a worker, its retries, the dead letters and their replay, on a real
// broker: each becomes one result or one letter, and nothing holds up the worker.
import { expect } from 'vitest';
import type { ConfirmChannel } from 'amqplib';
import { hardened, layBed, until, type Bed } from '../bed.ts';
import { callHarness } from '../run-harness.ts';
import { makeTrainer } from '../trainer.ts';
import { work, type TestWorker } from '../worker-bed.ts';
import { sendDrawn, type Draw } from './send.ts';
import { letterMessage, taskMessage } from './tasks.ts';

/** So many at once: what is in the queues at a time. */
const batch = 1_000;
const prefetch = 50;
const patience = 120_000;

/** Of a worker. */
interface Counts {
  received: number;
  settled: number;
  /** Connections: what was on its way then may come twice. */
  lost: number;
}

export async function throughWork({ count, seed }: Draw): Promise<void> {
  const bed = await layBed(hardened);
  const channel = await bed.model.createConfirmChannel();
  await channel.assertExchange('all', 'fanout');
  await channel.bindQueue('w1', 'all', '');
  const counts: Counts = { received: 0, settled: 0, lost: 0 };
  const trainer = makeTrainer();
  const worker = await work(
    bed,
    {
      ...{
        prefetch,
        max_attempts: 2,
        amqp_heartbeat: 60,
        handlers: Array<typeof trainer>(8).fill(trainer),
      },
      onEvent: (event) => {
        if (event.kind === 'received') counts.received++;
        if (event.kind === 'settled') counts.settled++;
        if (event.kind === 'connection' && event.state.kind === 'lost') counts.lost++;
      },
    },
    trainer,
  );
  for (let sent = 0; sent < count; sent += batch) {
    const draw = { count: Math.min(batch, count - sent), seed: seed + sent };
    await workOn(bed, channel, counts, draw);
    await sendDrawn(channel, letterMessage, { ...draw, count: Math.ceil(draw.count / 10) });
    await readDead(bed, counts);
    await endDead(bed);
    await channel.purgeQueue('results');
  }
  await isEnded(worker);
}

async function workOn(
  bed: Bed,
  channel: ConfirmChannel,
  counts: Counts,
  draw: Draw,
): Promise<void> {
  const { lost } = counts;
  await sendDrawn(channel, taskMessage, draw);
  await isQuiet(bed, counts, draw.count);
  const most = draw.count + (counts.lost - lost) * 2 * prefetch;
  expect(await ended(bed)).toBeLessThanOrEqual(most);
}

const depths = async (bed: Bed, ...queues: string[]): Promise<number> => {
  const each = await Promise.all(queues.map((queue) => bed.depth(queue)));
  return each.reduce((sum, depth) => sum + depth, 0);
};

/** Results and letters, and what was replayed to queues that nobody takes from. */
const ended = (bed: Bed): Promise<number> => depths(bed, 'results', 'dead', 'w2', 'pool');

/** Nothing is under way, and at least so much has come of it. */
async function isQuiet(bed: Bed, counts: Counts, least: number): Promise<void> {
  const isOver = async (): Promise<boolean> =>
    (await ended(bed)) >= least &&
    (await depths(bed, 'w1', 'wait_short', 'wait_long')) === 0 &&
    counts.received === counts.settled;
  await until(isOver, `the end of ${least} messages`, patience);
}

const dead = (bed: Bed, ...args: string[]) =>
  callHarness(['dead', ...args, '--topology', bed.file, '--state', bed.state], { cwd: '.' });

/**
 * All are listed, and each is replayed or kept; what is replayed comes to the worker again, or to
 * another's queue.
 */
async function readDead(bed: Bed, counts: Counts): Promise<void> {
  const letters = await bed.depth('dead');
  const listed = await dead(bed, 'list', '--format', 'json', '--limit', '1000000');
  expect([listed.code, listed.err]).toEqual([0, '']);
  expect((JSON.parse(listed.out) as { letters: unknown[] }).letters).toHaveLength(letters);
  const before = await ended(bed);
  const { code, out } = await dead(bed, 'replay');
  const [, replayed = '', kept = '0'] =
    /^Replayed: ([\d,]+) dead letters?(?:, ([\d,]+) kept)?\n$/.exec(out) ?? [];
  expect(number(replayed) + number(kept)).toBe(letters);
  expect(code).toBe(number(kept) === 0 ? 0 : 6);
  await isQuiet(bed, counts, before);
}

const number = (text: string): number => Number(text.replaceAll(',', ''));

async function endDead(bed: Bed): Promise<void> {
  expect((await dead(bed, 'drop', '--yes')).code).toBe(0);
  await until(async () => (await bed.depth('dead')) === 0, 'the end of the letters');
  for (const queue of ['w2', 'pool']) await bed.takeAll(queue);
}

async function isEnded(worker: TestWorker): Promise<void> {
  worker.drain();
  expect(await worker.ended).toEqual({ kind: 'drained' });
}
