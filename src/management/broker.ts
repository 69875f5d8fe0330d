// The broker as reconciling needs it.
import { AmqpError } from '../amqp/amqp-error.ts';
import { AmqpConnections } from '../amqp/connections.ts';
import type { Reader, Writer } from '../reconcile/broker.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import type { Binding } from '../topology/object.ts';
import { Client } from './client.ts';
import type { Connection } from './connection.ts';
import { QueueCounts } from './counts.ts';
import { deleteBinding, deleteObject } from './delete.ts';
import { readDepths } from './depth.ts';
import { Hearing } from './hearing.ts';
import { expectBrokerOf } from './expected-broker.ts';
import { ImpliedTypes } from './implied-type.ts';
import { putBinding, putObject } from './put.ts';
import { rebind } from './rebind.ts';
import { rebuild } from './rebuild.ts';
import { OwnRecords } from './own-records.ts';
import { findRecords } from './records.ts';
import { replaceObject } from './replace.ts';
import { Returns } from './returns.ts';
import { readSnapshot } from './snapshot.ts';
import { DeadLetterStrategies } from './strategies.ts';
import { defaultWaits, type Waits } from './waits.ts';

export interface Broker extends Reader, Writer {
  /** Aborted, with an error to show, once the broker was silent for the timeout. */
  readonly silent: AbortSignal;
  close(): Promise<void>;
}

/** Opens no connection yet. `signal`: ends what is under way at once. */
export function openBroker(
  connection: Connection,
  { signal, waits = defaultWaits }: { signal?: AbortSignal; waits?: Waits } = {},
): Broker {
  const hearing = new Hearing(connection.timeout);
  const client = new Client(connection, signal, hearing);
  const expected = expectBrokerOf(client);
  const amqp = new AmqpConnections(connection.amqp, connection.timeout, expected, () => {
    hearing.doubt();
  });
  for (const ended of [signal, hearing.silent]) {
    ended?.addEventListener('abort', () => void amqp.close());
  }
  const counts = new QueueCounts(client);
  const sources = { counts, strategies: new DeadLetterStrategies(client, counts), amqp, waits };
  const types = new ImpliedTypes();
  const returns = new Returns();
  const records = new OwnRecords(client);
  let someVhost = '/';
  return {
    silent: hearing.silent,
    async readLive(vhosts) {
      const live = await readSnapshot(client, counts, vhosts);
      [someVhost = someVhost] = live.vhosts.keys();
      types.learn(live);
      returns.noteRead(live);
      return live;
    },
    readDepths: (queues) => readDepths(sources, queues, 'readShared'),
    async readGap() {
      try {
        await amqp.connect(someVhost);
        return 'pipelined';
      } catch (error) {
        if (!(error instanceof AmqpError)) throw error;
        return 'unpipelined';
      }
    },
    findRecords: (live) =>
      findRecords([...live.objects.values()].filter((one) => one.kind === 'queue')),
    keepRecord: (record) => records.keep(record),
    deleteRecord: (record) => records.delete(record),
    restore: (before, after) =>
      rebuild(client.firm(), { before, after: types.leaveOut(after), bindings: [] }),
    put: (object) => putObject(client, types.leaveOut(object)),
    bind: (binding) => putBinding(client, binding),
    unbind: (binding) => deleteBinding(client, binding),
    async rebind(unbind, bind) {
      await records.assertKept(unbind[0]?.vhost ?? '');
      await rebind(client, sources, unbind, bind);
    },
    delete: (object, consent) => deleteObject(client, sources, object, consent),
    async replace(before, after, bindings, consent, planned = allOf(bindings), onRemoved) {
      const replacement = {
        ...{ before, after: types.leaveOut(after), bindings, consent, planned },
        assertRecorded: () => records.assertKept(before.vhost),
      };
      const { removed, loss } = await replaceObject(client, sources, replacement, returns);
      if (removed.length > 0) onRemoved?.(removed);
      return loss;
    },
    async close() {
      await amqp.close();
      client.close();
    },
  };
}

const allOf = (bindings: readonly Binding[]): PlannedBindings => ({
  staying: bindings,
  deleted: [],
  declared: [],
});
