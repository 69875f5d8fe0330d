// Shows a short training: node show-display.mjs WORKERS.
import { setTimeout as sleep } from 'node:timers/promises';
import { startDisplay } from '../../../../unbundled/cli/harness/train-display.js';
import { openTerminal } from '../../../../unbundled/cli/terminal.js';
import { trainUnit } from '../../../../unbundled/harness/train/model/unit.js';

const display = startDisplay(openTerminal({ color: true, quiet: false }));
const started_at = Date.now();
const history = [];

function workersAt(round) {
  return Array.from({ length: Number(process.argv[2]) }, (_, n) => ({
    name: n === 1 ? `gpu-\u001b[31m1-${'of-a-batch-system.'.repeat(5)}` : `gpu-${n}`,
    queue: `worker_queue_${n + 1}`,
    state: n === 2 && round > 0 ? 'silent' : n === 0 ? 'busy' : 'idle',
    units: n === 0 ? [`digits-1.r${round}.s0`] : [],
  }));
}

/** Until it was drawn. */
async function show(round) {
  display.show({
    ...{ run: 'digits-1', pid: 7, state: 'running', round, rounds: 4, done: 1, shards: 2 },
    ...{ metrics: history.at(-1)?.metrics ?? {}, history: [...history], workers: workersAt(round) },
    ...{ started_at, at: Date.now(), eta_seconds: 42 },
  });
  await sleep(300);
}

const closeRound = (round) =>
  history.push({ round, at: started_at + 1_000, metrics: { loss: 1 / (round + 1) } });

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
