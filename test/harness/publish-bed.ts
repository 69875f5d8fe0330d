// A bed to publish on: a folder with tasks and an outbox, and what stands in the queues afterwards.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Task } from '../../src/harness/messaging/task.generated.ts';
import { layBed, plain, type Bed } from './bed.ts';
import type { Ended } from '../cli/call.ts';
import { callHarness, startHarness, type Running, type Where } from './run-harness.ts';

export interface PublishBed extends Bed {
  readonly folder: string;
  readonly tasks: string;
  start(args: readonly string[], where?: Omit<Where, 'cwd'>): Running;
  /** In this process. */
  run(args: readonly string[], where?: { amqpUrl?: string; stdin?: string }): Promise<Ended>;
  /** Takes all tasks out of a queue. */
  arrived(queue: string): Promise<Task[]>;
  /** The journals of the outbox. */
  kept(): Promise<string[]>;
}

/** Lines without ids; each task carries its number as its round. */
export const linesOf = (count: number): string =>
  Array.from({ length: count }, (_, round) => `${JSON.stringify({ round })}\n`).join('');

export async function layPublishBed(
  lines: string,
  topology = plain,
  at?: { amqpUrl: string; vhost: string },
): Promise<PublishBed> {
  const bed = await layBed(topology, at);
  const folder = await mkdtemp(join(tmpdir(), 'topo-publish-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const tasks = join(folder, 'tasks.jsonl');
  await writeFile(tasks, lines);
  const publish = (args: readonly string[]) => ['publish', '--topology', bed.file, ...args];
  const here = { cwd: folder, ...(at && { amqpUrl: at.amqpUrl }) };
  return {
    ...{ ...bed, folder, tasks },
    start: (args, where) => startHarness(publish(args), { ...here, ...where }),
    run: (args, where) => callHarness(publish(args), { ...here, ...where }),
    async arrived(queue) {
      const found: Task[] = [];
      for (let one = await bed.take(queue); one; one = await bed.take(queue)) {
        found.push(JSON.parse(one.content.toString()) as Task);
      }
      return found;
    },
    async kept() {
      const names = await readdir(join(folder, '.topo-harness/outbox')).catch(() => []);
      return names.filter((name) => name.endsWith('.journal'));
    },
  };
}
