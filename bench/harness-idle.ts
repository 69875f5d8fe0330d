// Measures the memory of a worker that waits for its first task.
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, type Bench } from './bench.ts';
import type { Figure } from './main.ts';
import { applyTopology, handler, startWorker } from './work-process.ts';

const rounds = 3;
const python = 'python3 -c "import topo_exec; topo_exec.run(lambda task, context: {})"';

/** A trainer's own process doesn't count, a module's thread does. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  '--exec with python3': ['--exec', python],
  '--handler': handler('train-nothing.mjs'),
  '--handler and --metrics': [...handler('train-nothing.mjs'), '--metrics', ':0'],
};

export async function benchIdle(bench: Bench): Promise<Figure[]> {
  await applyTopology(bench);
  const PYTHONPATH = new URL('../examples/python', import.meta.url).pathname;
  const place = { folder: bench.folder, env: { ...bench.env, PYTHONPATH } };
  const figures: Figure[] = [];
  for (const [kind, flags] of Object.entries(kinds)) {
    const sizes: number[] = [];
    for (let round = 0; round < rounds; round++) sizes.push(await measure(place, flags));
    figures.push({
      name: `resident memory of an idle worker, ${kind}`,
      value: median(sizes),
      bound: 90,
      unit: ' MB',
      detail: `VmRSS after 3 s, ${rounds} workers, the largest ${Math.max(...sizes).toFixed(1)} MB`,
    });
  }
  return figures;
}

/** MB. */
async function measure(
  place: Pick<Bench, 'folder' | 'env'>,
  flags: readonly string[],
): Promise<number> {
  const worker = await startWorker(place, 'worker_queue_1', ...flags);
  try {
    await sleep(3_000);
    const status = await readFile(`/proc/${worker.pid}/status`, 'utf8');
    return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024) / 1e6;
  } finally {
    await worker.kill();
  }
}
