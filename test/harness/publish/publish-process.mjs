// A publish as it was built, as a process of its own, that kills itself at a named step. Its
// settings come as JSON in the environment.
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../../unbundled/topology/secret.js';
import { readTopology } from '../../../unbundled/file/read-topology.js';
import { addressTasks } from '../../../unbundled/harness/publish/addressing.js';
import { openInput } from '../../../unbundled/harness/publish/input.js';
import { publishTasks } from '../../../unbundled/harness/publish/publish.js';
import { readRoles } from '../../../unbundled/topology/roles.js';

/** `delay`: milliseconds from the step to the end. */
const { topology, amqpUrl, tasks, outbox, window, step, number, delay } = JSON.parse(
  process.env.PUBLISH_SETTINGS,
);
const { hostname, port, username, password } = new URL(amqpUrl);
const target = { hostname, port: Number(port), username, password: new Secret(password) };
const roles = readRoles(await readTopology([topology], { vars: [], varFiles: [], env: {} }));
const input = await openInput(tasks, process.stdin);
const { signal: never } = new globalThis.AbortController();
const end = () => process.kill(process.pid, 'SIGKILL');

await publishTasks({
  link: { target, name: 'test', timeout: 5_000, heartbeat: 5 },
  roles,
  tasks: { input, addressing: addressTasks(roles, { kind: 'round-robin' }) },
  outbox,
  discard: false,
  window,
  stop: never,
  abort: never,
  onSettled: () => undefined,
  onUnnoted: () => undefined,
  onBroken: () => undefined,
  onPublished: () => undefined,
  onStep: (reached, of) => {
    if (reached === step && of === number && delay > 0) void sleep(delay).then(end);
    // However slow the clock is, it does not outlive its tasks.
    else if ((reached === step && of === number) || reached === 'finished') end();
  },
});
