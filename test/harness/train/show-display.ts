// Shows a short training: node show-display.ts WORKERS.
import { startDisplay } from '../../../src/cli/harness/train-display.ts';
import { openTerminal } from '../../../src/cli/terminal.ts';
import type { RoundStatus, WorkerStatus } from '../../../src/harness/train/status.ts';
import { trainUnit } from '../../../src/harness/train/unit.ts';

const display = startDisplay(openTerminal({ color: true, quiet: false }));
const started_at = Date.now();
const history: RoundStatus[] = [];

function workersAt(round: number): WorkerStatus[] {
  return Array.from({ length: Number(process.argv[2]) }, (_, n) => ({
    name: n === 1 ? `gpu-\u001b[31m1-${'of-a-batch-system.'.repeat(5)}` : `gpu-${n}`,
    queue: `worker_queue_${n + 1}`,
    state: n === 2 && round > 0 ? 'silent' : n === 0 ? 'busy' : 'idle',
    units: n === 0 ? [`digits-1.r${round}.s0`] : [],
  }));
}

async function show(round: number): Promise<void> {
  display.show({
    ...{ run: 'digits-1', pid: 7, state: 'running', round, rounds: 4, done: 1, shards: 2 },
    ...{ metrics: history.at(-1)?.metrics ?? {}, history: [...history], workers: workersAt(round) },
    ...{ started_at, at: Date.now(), eta_seconds: 42 },
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
}

const closeRound = (round: number): void =>
  void history.push({ round, at: started_at + 1_000, metrics: { loss: 1 / (round + 1) } });

await show(0);
closeRound(0);
await show(1);
const at = Date.now();
display.tell({ at, kind: 'worker', worker: 'gpu-2', queue: 'worker_queue_3', state: 'silent' });
const unit = trainUnit('digits-1', 1, 0);
display.tell({ at, kind: 'dispatched', unit, queue: 'worker_queue_1', why: 'silent' });
closeRound(1);
await show(2);
display.end();
