// A publisher that is killed at any step neither loses a task nor forgets what it was: real kills,
// and the same command again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { PublishStep } from '../../../src/harness/publish/options.ts';
import type { Task } from '../../../src/harness/messaging/task.generated.ts';
import { broker } from '../../broker.ts';
import { layPublishBed, linesOf, type PublishBed } from '../publish-bed.ts';

export const count = 150;
export const window = 20;
const program = new URL('publish-process.mjs', import.meta.url).pathname;

interface Death {
  readonly step: PublishStep;
  readonly number: number;
  /** Milliseconds from the step to the end. */
  readonly delay: number;
}

export async function killAt(bed: PublishBed, death: Death): Promise<void> {
  const settings = {
    ...{ topology: bed.file, tasks: bed.tasks, amqpUrl: broker.amqpUrl, window, ...death },
    outbox: join(bed.folder, '.topo-harness/outbox'),
  };
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'] ?? '', PUBLISH_SETTINGS: JSON.stringify(settings) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

export async function allArrived(bed: PublishBed): Promise<Task[]> {
  const messages = [...(await bed.takeAll('w1')), ...(await bed.takeAll('w2'))];
  return messages.map(({ content }) => JSON.parse(content.toString()) as Task);
}

/** Of each task of the file, the ids that it arrived with. */
export function idsByTask(arrived: readonly Task[]): Map<number, Set<string>> {
  const ids = new Map<number, Set<string>>();
  for (const { round = -1, id } of arrived) ids.set(round, (ids.get(round) ?? new Set()).add(id));
  return ids;
}

export const again = (bed: PublishBed) => bed.run([bed.tasks, '--round-robin', '--format', 'json']);

/** The same command again ends it: no task is lost, and none that came twice is another. */
export async function killAndPublishAgain(death: Death): Promise<void> {
  const bed = await layPublishBed(linesOf(count));
  await killAt(bed, death);
  const before = await allArrived(bed);
  const { code, out } = await again(bed);
  expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, confirmed: count });
  const after = await allArrived(bed);
  const ids = idsByTask([...before, ...after]);
  expect([...ids.keys()].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
  // A task that was sent twice was sent as the same task.
  expect([...ids.values()].every(({ size }) => size === 1)).toBe(true);
  expect(await bed.kept()).toEqual([]);
}
