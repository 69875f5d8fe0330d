// The phases that every way to create or delete the objects of a definitions file goes through, and
// the time that they take.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const [what, file] = process.argv.slice(2);
const { exchanges, queues, bindings } = JSON.parse(readFileSync(file, 'utf8'));

export const [{ vhost }] = queues;

/** Exchanges go first: each takes its bindings along. */
const phases = {
  create: [
    ['createExchange', exchanges],
    ['createQueue', queues],
    ['createBinding', bindings],
  ],
  delete: [
    ['deleteExchange', exchanges],
    ['deleteQueue', queues],
  ],
};

/** Prints `phases SECONDS s, SECONDS s of processor` to stderr. */
export async function inPhases(parallel, send) {
  const [started, before] = [performance.now(), process.cpuUsage()];
  for (const [name, objects] of phases[what]) {
    const rest = objects.values();
    const worker = async (_, nth) => {
      for (const one of rest) await send[name](one, nth);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(before);
  console.error(`phases ${seconds} s, ${(user + system) / 1e6} s of processor`);
}
