// A run whose broker is killed, and comes back, while the coordinator stands at a step.
import type { ChaosBroker } from '../../chaos/chaos-broker.ts';
import { job } from './job.ts';
import { oracle } from './oracle.ts';
import { TrainBed, until } from './train-bed.ts';
import { violationsOf } from './verdict.ts';

/** What must not be, of the run. */
export async function killBrokerAt(
  step: string,
  { broker, code }: { broker: ChaosBroker; code: string },
): Promise<string[]> {
  const vhost = `broker-killed-${Date.now()}`;
  await broker.makeVhost(vhost);
  const root = await broker.makeFolder();
  const bed = await TrainBed.lay({ url: broker.urlOf(vhost), vhost, root, code, queues: 2 });
  try {
    const model = await oracle(bed.root, job, bed.data);
    for (const n of [1, 2]) bed.worker({ n });
    const coordinator = bed.coordinator('run', { plans: [{ step, nth: 1, how: 'wait' }] });
    await until(() => coordinator.has(({ at }) => at !== undefined), step);
    await broker.killAndRestart();
    coordinator.goOn();
    const ended = await coordinator.ended;
    const violations = await violationsOf(bed, 'run', { model, job });
    return ended === 0 ? violations : [`the coordinator ended with ${ended}`, ...violations];
  } finally {
    await bed.close();
    await broker.deleteVhost(vhost);
  }
}
