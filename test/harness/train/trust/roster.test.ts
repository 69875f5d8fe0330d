// Whom a coordinator believes to be a worker of its run, however many names it hears.
import { expect, test } from 'vitest';
import { Roster } from '../../../../src/harness/train/trust/roster.ts';
import type { WorkerState } from '../../../../src/harness/train/core/state.ts';

interface Bed {
  readonly roster: Roster;
  readonly workers: Map<string, WorkerState>;
  readonly told: string[];
  readonly asked: string[];
  /** A heartbeat that is believed makes the worker known, as in the core. */
  readonly beat: (worker: string, queue: string, at?: number) => boolean;
}

function layBed(consumers = 0): Bed {
  const [told, asked]: string[][] = [[], []];
  const workers = new Map<string, WorkerState>();
  const roster = new Roster({
    reaches: (queue) => queue.startsWith('w'),
    consumersOf: (queue) => {
      asked?.push(queue);
      return Promise.resolve(consumers);
    },
    onWarning: (message) => told?.push(message),
  });
  const beat: Bed['beat'] = (worker, queue, at = 0) => {
    const state = 'idle' as const;
    const event = {
      at,
      kind: 'heartbeat' as const,
      worker,
      queue,
      state,
      concurrency: 1,
      tasks: [],
    };
    if (!roster.believes(event, workers)) return false;
    workers.set(worker, {
      name: worker,
      queue,
      state,
      concurrency: 1,
      tasks: [],
      seen: at,
      isSilent: false,
    });
    return true;
  };
  return { roster, workers, told: told ?? [], asked: asked ?? [], beat };
}

const flood = (beat: Bed['beat'], queue: string, count: number): number =>
  Array.from({ length: count }, (_, n) => beat(`forged ${n}`, queue)).filter(Boolean).length;

test('ten thousand names on one queue are a few workers and a few lines', () => {
  const { roster, beat, told } = layBed();
  expect(beat('mine', 'w1')).toBe(true);
  expect(flood(beat, 'w1', 10_000)).toBe(31);
  expect(beat('mine', 'w1')).toBe(true);
  expect(beat('other', 'w2')).toBe(true);
  expect(roster.strangers).toBe(9_969);
  expect(told).toHaveLength(6);
  expect(told[0]).toBe(
    'worker "forged 31" is one name too many: 32 were heard of from queue "w1", which has 0 consumers',
  );
  expect(told[5]).toMatch(/^1000 like this by now: worker "forged \d+" is one name too many/);
});

test('names on queues of no worker are counted, each once, and not without end', () => {
  const { roster, beat, told, asked } = layBed();
  expect(beat('stray', 'elsewhere')).toBe(false);
  expect(beat('stray', 'elsewhere')).toBe(false);
  expect(told).toEqual([
    `worker "stray" takes tasks from queue "elsewhere", which is no worker's queue in the topology of this run: it gets none, unless the run is resumed with a topology that has the queue`,
  ]);
  for (let n = 0; n < 20_000; n++) beat('stray', `elsewhere ${n}`);
  expect(roster.strangers).toBe(10_000);
  expect(told).toHaveLength(7);
  expect(asked).toEqual([]);
});

test('a pool of many has room for all, once the broker has counted its consumers', async () => {
  const { beat, asked } = layBed(100);
  expect(flood(beat, 'w1', 100)).toBe(32);
  await Promise.resolve();
  expect(asked).toEqual(['w1']);
  expect(flood(beat, 'w1', 10_000)).toBe(132);
  beat('late', 'w1', 4_999);
  expect(asked).toEqual(['w1']);
  beat('late', 'w1', 5_000);
  expect(asked).toEqual(['w1', 'w1']);
});

test('a name is at one queue, and another may have it only once it is silent', () => {
  const { beat, workers, told } = layBed();
  beat('mine', 'w1');
  expect(beat('mine', 'w2')).toBe(false);
  expect(told).toEqual([
    'worker "mine" is heard of from queue "w2", and from queue "w1": give each worker a name of its own',
  ]);
  const known = workers.get('mine');
  if (known) workers.set('mine', { ...known, isSilent: true });
  expect(beat('mine', 'w2')).toBe(true);
});

test('of a task only those tell who have sent a heartbeat, and from that queue', () => {
  const { roster, beat, workers, told } = layBed();
  const unit = { id: 'run.init', kind: 'init' as const, round: 0, shard: 0 };
  const tells = (worker: string, queue: string): boolean =>
    roster.believes({ at: 0, kind: 'started', worker, queue, unit }, workers);
  beat('mine', 'w1');
  expect([tells('mine', 'w1'), tells('mine', 'w2'), tells('other', 'w1')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(told).toEqual([
    'worker "mine" tells of a task, and has sent no heartbeat',
    'worker "other" tells of a task, and has sent no heartbeat',
  ]);
});

test('what a terminal acts on is shown as an escape', () => {
  const { beat, told } = layBed();
  beat('\u001b[2J\u009b', '\u202e');
  expect(told[0]).toMatch(/^worker "\\u001b\[2J\\u009b" takes tasks from queue "\\u202e"/);
});
