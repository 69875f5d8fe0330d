// Opens trainers for the tests, and looks for processes that outlive them.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecOptions, LogLine } from '../../../src/harness/exec/options.ts';
import { TrainingError, type Training } from '../../../src/harness/handler.ts';
import type { Task } from '../../../src/harness/task.generated.ts';

export const folder = new URL('.', import.meta.url).pathname;

export const task = (id: string, more: Partial<Task> = {}): Task => ({ version: 1, id, ...more });

export interface Noted {
  readonly options: ExecOptions;
  readonly root: string;
  readonly lines: LogLine[];
}

/** Options with short graces; `lines` fills with the log. The worker's name marks every process that it starts. */
export function optionsFor(command: string, more: Partial<ExecOptions> = {}): Noted {
  const root = mkdtempSync(join(tmpdir(), 'topo-exec-'));
  const lines: LogLine[] = [];
  const shards = { roots: [root], allowedHosts: [], cache: join(root, 'cache') };
  const options: ExecOptions = {
    command,
    worker: `test-${randomUUID()}`,
    shards: { ...shards, maxBytes: 1e6, timeoutMs: 5000 },
    environment: [],
    log: (line) => lines.push(line),
    cancelGraceMs: 300,
    termGraceMs: 300,
    backoffMs: 10,
    ...more,
  };
  return { options, root, lines };
}

export interface Watched extends Training {
  readonly fractions: number[];
}

export function training(signal: AbortSignal = new AbortController().signal): Watched {
  const fractions: number[] = [];
  return { attempt: 1, signal, fractions, onProgress: ({ fraction }) => fractions.push(fraction) };
}

export const takenBack = new TrainingError('retryable', 'taken back by the test');

export function abortAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(takenBack);
  }, ms).unref();
  return controller.signal;
}

/** Ids of the processes that have the worker's name in their environment; the dying get a moment. */
export async function findSurvivors(worker: string): Promise<number[]> {
  for (let left = 20; ; left -= 1) {
    const found = processesOf(worker);
    if (found.length === 0 || left === 0) return found;
    await sleep(50);
  }
}

export function processesOf(worker: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TOPO_WORKER=${worker}`);
      } catch {
        return false;
      }
    });
}
