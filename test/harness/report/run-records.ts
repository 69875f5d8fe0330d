// The records of a run as a coordinator writes them: workers that train, one that dies, one that is
// stopped, one that is slow.
import type {
  RunRecords,
  LedgerRecord,
  TimelineEntry,
} from '../../../src/harness/train/model/records.ts';
import {
  evaluateUnit,
  initUnit,
  trainUnit,
  type Unit,
} from '../../../src/harness/train/model/unit.ts';

export interface Sketch {
  readonly run?: string;
  readonly rounds: number;
  readonly shards: number;
  readonly workers: readonly string[];
  /** What goes wrong on the way; else nothing does. */
  readonly faults?: boolean;
}

const start = Date.UTC(2026, 10, 23, 9, 30);
const stored = (n: number) => ({ sha256: n.toString(16).padStart(64, 'c0ffee'), bytes: 407_000 });

/** A number between 0 and 1 that is the same in every run. */
const noise = (n: number): number => Math.abs(Math.sin(n * 12.9898) * 43_758.5453) % 1;

/** The worker that is free first. */
function soonestOf(workers: readonly string[], free: ReadonlyMap<string, number>): string {
  let [found, soonest] = ['', Infinity];
  for (const worker of workers) {
    const at = free.get(worker) ?? 0;
    if (at < soonest) [found, soonest] = [worker, at];
  }
  return found;
}

export function recordsOf({
  run = 'digits',
  rounds,
  shards,
  workers,
  faults = false,
}: Sketch): RunRecords {
  const ledger: LedgerRecord[] = [];
  const timeline: TimelineEntry[] = [];
  let at = start;
  const places = Array.from({ length: shards }, (_, n) => ({
    uri: `shards/${n}.bin`,
    sha256: stored(n).sha256,
  }));
  ledger.push({
    at,
    kind: 'began',
    version: 1,
    run,
    job_sha256: stored(7).sha256,
    rounds,
    shards: places,
  });
  timeline.push({ at, kind: 'coordinator', state: 'began' });
  const free = new Map(workers.map((worker) => [worker, at + 150]));
  workers.forEach((worker, n) =>
    timeline.push({
      at: at + 40 * n,
      kind: 'worker',
      worker,
      queue: `worker_queue_${n + 1}`,
      state: 'joined',
    }),
  );
  const queueOf = (worker: string): string => `worker_queue_${workers.indexOf(worker) + 1}`;
  const train = (
    unit: Unit,
    worker: string,
    from: number,
    took: number,
    metrics: Record<string, number>,
  ): number => {
    const to = from + took;
    timeline.push({ at: from, kind: 'dispatched', unit, queue: queueOf(worker), why: 'first' });
    timeline.push({ at: from + 5, kind: 'started', unit, worker });
    ledger.push({
      at: to + 8,
      kind: 'accepted',
      unit,
      worker,
      attempt: 1,
      parameters: stored(to % 1e6),
      samples: 200,
      metrics,
      started_at: from + 5,
      finished_at: to,
    });
    timeline.push({
      at: to + 8,
      kind: 'accepted',
      unit,
      worker,
      started_at: from + 5,
      finished_at: to,
    });
    free.set(worker, to + 20);
    return to + 8;
  };
  at = train(initUnit(run), workers[0] ?? '', at + 200, 180, {});
  ledger.push({ at, kind: 'initial', parameters: stored(0) });
  let alive = workers;
  for (let round = 0; round < rounds; round++) {
    let end = at;
    for (let shard = 0; shard < shards; shard++) {
      const worker = soonestOf(alive, free);
      const unit = trainUnit(run, round, shard);
      let from = Math.max(at, free.get(worker) ?? at);
      const took = 900 + 500 * noise(round * 31 + shard);
      if (faults && workers.length > 1 && round === 3 && shard === 1) {
        timeline.push(
          { at: from, kind: 'dispatched', unit, queue: queueOf(worker), why: 'first' },
          { at: from + 5, kind: 'started', unit, worker },
        );
        from += 3_600;
        timeline.push({
          at: from,
          kind: 'worker',
          worker,
          queue: queueOf(worker),
          state: 'silent',
        });
        timeline.push({ at: from, kind: 'taken_back', queue: queueOf(worker), units: 1 });
        alive = alive.filter((one) => one !== worker);
        const other = alive[0] ?? worker;
        timeline.push({
          at: from + 4,
          kind: 'dispatched',
          unit,
          queue: queueOf(other),
          why: 'silent',
        });
        end = Math.max(
          end,
          train(unit, other, Math.max(from + 4, free.get(other) ?? 0), took, {
            loss: 1,
            accuracy: 0.5,
          }),
        );
        continue;
      }
      if (faults && round === 5 && shard === 0) {
        timeline.push({
          at: from + 300,
          kind: 'failed',
          unit,
          worker,
          verdict: 'retryable',
          error: 'CUDA out of memory <script>',
        });
        timeline.push({
          at: from + 310,
          kind: 'dispatched',
          unit,
          queue: queueOf(worker),
          why: 'failed',
        });
        from += 320;
      }
      if (faults && round === 7 && shard === 0) {
        timeline.push({
          at: from + 2_500,
          kind: 'dispatched',
          unit,
          queue: queueOf(alive.at(-1) ?? ''),
          why: 'straggler',
        });
        timeline.push({ at: from + 3_900, kind: 'dropped', unit, worker, why: 'late' });
      }
      const fall = 2.3 * Math.exp(-round / 4) + 0.08;
      end = Math.max(
        end,
        train(unit, worker, from, took, {
          loss: fall + 0.05 * noise(shard),
          accuracy: 1 - fall / 2.6,
        }),
      );
    }
    if (faults && round === 8) {
      ledger.push({ at: end + 4_200, kind: 'resumed' });
      timeline.push({ at: end + 4_200, kind: 'coordinator', state: 'resumed' });
      end += 4_300;
    }
    if (faults && round === 10) {
      timeline.push(
        { at: end + 100, kind: 'coordinator', state: 'disconnected' },
        { at: end + 2_100, kind: 'coordinator', state: 'connected' },
      );
      end += 2_200;
    }
    const loss = 2.3 * Math.exp(-round / 4) + 0.08 + 0.06 * noise(round);
    ledger.push({
      at: end + 30,
      kind: 'closed',
      round,
      parameters: stored(round + 1),
      metrics: { loss, accuracy: 1 - loss / 2.6 },
    });
    at = end + 40;
    if (round % 2 === 1)
      train(evaluateUnit(run, round), workers.at(-1) ?? '', at, 260, {
        loss: loss * 1.15,
        accuracy: 0.97 - loss / 2.7,
      });
  }
  ledger.push({ at: at + 400, kind: 'finished', why: 'rounds', parameters: stored(rounds) });
  timeline.push({ at: at + 400, kind: 'coordinator', state: 'ended' });
  timeline.sort((a, b) => a.at - b.at);
  return { job, ledger, timeline };
}

const job = {
  ...{
    version: 1,
    name: 'digits',
    shards: ['examples/training/shards/*.bin'],
    rounds: 12,
    local_steps: 50,
  },
  model: { hyperparameters: { layers: [64, 10], learning_rate: 0.05, batch: 20 } },
  outer_optimizer: { kind: 'nesterov', learning_rate: 0.7, momentum: 0.9 },
  ...{
    seed: 7,
    straggler_factor: 1.5,
    heartbeat: '1s',
    evaluation: { shard: 'test.bin', every: 2 },
  },
};
