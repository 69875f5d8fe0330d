// Locks a vhost, and declares queues in it one by one, as apply does; stops itself after the first.
// Prints the outcomes.
import { parseConnection } from '../../unbundled/connection/connection.js';
import { openBroker } from '../../unbundled/management/broker.js';
import { defaultWaits } from '../../unbundled/management/waits.js';
import { apply } from '../../unbundled/reconcile/apply.js';
import { noConsents } from '../../unbundled/reconcile/consents.js';
import { addressOf } from '../../unbundled/topology/identity.js';
import { normalizeQueue } from '../../unbundled/topology/kinds/queue.js';

const [vhost = '', lock] = process.argv.slice(2);
const broker = openBroker(parseConnection(process.env, {}), {
  waits: { ...defaultWaits, lock: Number(lock) },
});
const by = { user: 'deploy', host: 'build-7', command: 'topo apply', process: undefined };
await broker.locks.take([vhost], { by, patience: 0 });
const steps = ['a', 'b', 'c'].map((name) => {
  const after = normalizeQueue({ name, type: 'classic' }, vhost);
  const request = { kind: 'own', needs: [] };
  return { kind: 'create', address: addressOf(after), after, managed: true, request };
});
let done = 0;
const outcomes = await apply({ steps }, broker, {
  consents: noConsents,
  parallel: 1,
  stop: broker.locks.lost,
  beforeStep: () => broker.locks.assertHeld(),
  onOutcome: () => {
    if (++done === 1) process.kill(process.pid, 'SIGSTOP');
  },
});
console.log(JSON.stringify(outcomes.map(({ kind, reason }) => ({ kind, reason }))));
await broker.close();
