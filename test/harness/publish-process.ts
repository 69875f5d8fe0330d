// A publish as a process of its own, that kills itself at a named step. Its settings come as JSON in the environment.
import { readTopology } from '../../src/file/read-topology.ts';
import { addressTasks } from '../../src/harness/publish/addressing.ts';
import { openInput } from '../../src/harness/publish/input.ts';
import type { PublishStep } from '../../src/harness/publish/options.ts';
import { publishTasks } from '../../src/harness/publish/publish.ts';
import { readRoles } from '../../src/topology/roles.ts';
import { targetOf } from './target.ts';

export interface PublishProcessSettings {
  readonly topology: string;
  readonly amqpUrl: string;
  readonly tasks: string;
  readonly outbox: string;
  readonly step: PublishStep;
  readonly number: number;
  /** Milliseconds from the step to the end. */
  readonly delay: number;
}

const settings = JSON.parse(process.env['PUBLISH_SETTINGS'] ?? '{}') as PublishProcessSettings;
const roles = readRoles(
  await readTopology([settings.topology], { vars: [], varFiles: [], env: {} }),
);
const input = await openInput(settings.tasks, process.stdin);
const addressing = addressTasks(roles, { kind: 'round-robin' });
const never = new AbortController().signal;
await publishTasks({
  link: { target: targetOf(settings.amqpUrl), name: 'test', timeout: 5_000, heartbeat: 5 },
  ...{ roles, tasks: { input, addressing }, outbox: settings.outbox, discard: false, window: 20 },
  ...{
    stop: never,
    abort: never,
    onSettled: () => undefined,
    onBroken: () => undefined,
    onPublished: () => undefined,
  },
  onStep: (step, number) => {
    if (step !== settings.step || number !== settings.number) return;
    if (settings.delay === 0) process.kill(process.pid, 'SIGKILL');
    else setTimeout(() => process.kill(process.pid, 'SIGKILL'), settings.delay);
  },
});
