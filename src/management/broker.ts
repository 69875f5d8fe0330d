// Offers the broker to reconcile: reads over the management API, writes over AMQP where it can.
import type { Moved } from '../amqp/move.ts';
import { AmqpConnections } from '../amqp/connections.ts';
import { Waiting, type Tell } from '../amqp/waiting.ts';
import type { Connection } from '../connection/connection.ts';
import { TokenFile } from '../connection/token-file.ts';
import { isSameUser } from '../connection/credentials.ts';
import type { Depth, Reader, Writer } from '../reconcile/broker.ts';
import type { Identity } from '../reconcile/expected.ts';
import type { MovePlan } from '../reconcile/move.ts';
import { mostAtOnce } from '../reconcile/parallel.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import type { Neighbours } from '../reconcile/vhost-lock.ts';
import { isExchange, isQueue, type Setting, type Queue } from '../topology/object.ts';
import type { Binding } from '../topology/object.ts';
import type { LiveQueue } from '../topology/live.ts';
import type { Table } from '../topology/value.ts';
import { Ahead } from './ahead.ts';
import { AmqpWrites } from './amqp-writes.ts';
import { carryOver } from './carry/carry.ts';
import { cancelling } from './carry/work.ts';
import { Client } from './client.ts';
import { QueueCounts } from './counts.ts';
import { deleteObject, deletionOf, pathOfLive } from './delete.ts';
import { deleteEmptied } from './delete-emptied.ts';
import { readDepths } from './depth.ts';
import { readConnections } from './connections.ts';
import { readTags } from './whoami.ts';
import { expectBrokerOf } from './expected-broker.ts';
import { forgo } from './forgo.ts';
import { doubtsAbout, readGap } from './gap.ts';
import { readHealth, readNode, type NodeSeen } from './health.ts';
import { Hearing } from './hearing.ts';
import { ImpliedTypes } from './implied-type.ts';
import { LastLooks } from './last-looks.ts';
import { withMadePassword, type MakePassword } from './made-password.ts';
import { OwnRecords } from './own-records.ts';
import { withNeeds } from './needs.ts';
import { pathOfNamed } from './path.ts';
import { createObject } from './put.ts';
import { removeSetting, updateSetting } from './put-setting.ts';
import { moveOverAmqp, type MoveOptions } from './move.ts';
import { moveInto } from './move-into.ts';
import { readDeliveryLimit, readQueueSettings } from './queue-settings.ts';
import { readUses, type Uses } from './queue-uses.ts';
import { isCareful } from './receipt.ts';
import { rebind } from './rebind.ts';
import { rebuild } from './rebuild.ts';
import { findRecords } from './records.ts';
import { replaceObject } from './replace.ts';
import { Returns } from './returns.ts';
import { readIdentity, readSnapshot } from './snapshot.ts';
import { DeadLetterStrategies } from './strategies.ts';
import { TopicPermissions } from './topic-permissions.ts';
import { Turns } from './turns.ts';
import { VhostLocks } from './vhost-locks.ts';
import { defaultWaits, type Waits } from './waits.ts';

export interface Broker extends Reader, Writer {
  /** Aborted, with an error to show, once the broker has been silent for the timeout. */
  readonly silent: AbortSignal;
  readNode(): Promise<NodeSeen>;
  /** Keeps other applies from writing to the same vhosts. */
  readonly locks: VhostLocks;
  /** Reads which broker it is, and nothing else. */
  readIdentity(): Promise<Identity>;
  /** The settings that apply to a queue, by its policies and arguments. */
  readSettings(queue: LiveQueue): Promise<Table>;
  /** How clients use queues, as far as the user may read it. */
  readUses(): Promise<Uses>;
  /** Moves messages. Throws an AmqpError if it could not begin. */
  move(plan: MovePlan, options: Omit<MoveOptions, 'tags' | 'deliveryLimit'>): Promise<Moved>;
  /** Begins to read a vhost that the first `readLive` is likely to ask for. */
  readAhead(vhost: string): Promise<void>;
  close(): Promise<void>;
}

interface BrokerOptions {
  /** Cancels requests in flight. */
  readonly signal: AbortSignal;
  readonly waits: Waits;
  /** How many writes may run at once. */
  readonly parallel: number;
  /** Called with a line about each longer wait. */
  readonly tell: Tell;
  readonly makePassword: MakePassword;
  readonly neighbours: Neighbours;
}

/** Connects on first use. */
export function openBroker(
  connection: Connection,
  {
    signal,
    waits = defaultWaits,
    parallel = mostAtOnce,
    tell,
    makePassword = nowhere,
    neighbours = unknownNeighbours,
  }: Partial<BrokerOptions> = {},
): Broker {
  const hearing = new Hearing(connection.timeout);
  const waiting = new Waiting(tell, waits.patience);
  const client = new Client(connection, signal, hearing, waiting, new Turns(parallel));
  const expected = expectBrokerOf(client);
  const amqp = new AmqpConnections(connection.amqp, connection.timeout, expected, {
    onSilence: () => {
      hearing.doubt();
    },
    waiting,
  });
  for (const ended of [signal, hearing.silent]) {
    ended?.addEventListener('abort', () => void amqp.close());
  }
  const writes = new AmqpWrites(amqp, isSameUser(connection, connection.amqp), () => {
    hearing.hear();
  });
  const ahead = new Ahead(connection);
  const counts = new QueueCounts(client);
  const sources = {
    counts,
    strategies: new DeadLetterStrategies(client, counts),
    amqp,
    waits,
    waiting,
  };
  const types = new ImpliedTypes();
  const returns = new Returns();
  const topics = new TopicPermissions(client);
  const records = new OwnRecords(client);
  const looks = new LastLooks(client);
  const aboutMove = async (source: Queue) => ({
    tags: await tagsOverAmqp(),
    deliveryLimit: await readDeliveryLimit(client, source, version),
  });
  const tagsOverAmqp = async () =>
    isSameUser(connection, connection.amqp) ? readTags(client) : undefined;
  const locks = new VhostLocks({
    client,
    waiting,
    neighbours,
    expires: waits.lock,
    signal: signal ?? new AbortController().signal,
  });
  let someVhost = '/';
  let version = '0';
  return {
    silent: hearing.silent,
    locks,
    readIdentity: () => readIdentity(client),
    readAhead: (vhost) => ahead.start(vhost),
    async readLive(vhosts, also) {
      const live = await readSnapshot(client, counts, vhosts, also, (vhost) => ahead.take(vhost));
      [someVhost = someVhost] = live.vhosts.keys();
      ({ version } = live.broker);
      types.learn(live);
      topics.learn(live);
      returns.noteRead(live);
      return locks.learn(live);
    },
    readDepths: (queues) => readDepths(sources, queues, 'readShared'),
    readGap: (vhosts = new Set([someVhost])) => readGap(amqp, vhosts),
    readTags: () => readTags(client),
    readHealth: () => readHealth(client),
    readNode: () => readNode(client),
    readConnections: () => readConnections(client).catch(forgo),
    doubts: () => doubtsAbout(amqp),
    findRecords: (live) => findRecords([...live.objects.values()].filter((one) => isQueue(one))),
    foresee: (steps) => {
      writes.foresee(steps);
      looks.foresee(steps);
    },
    keepRecord: (record) => locks.makingRoom(record.vhost, () => records.keep(record)),
    deleteRecord: (record) => records.delete(record),
    restore: (before, after) =>
      locks.makingRoom(before.vhost, async () => {
        const declared = types.leaveOut(after);
        await writes.declareReplicated(declared);
        await rebuild(client.firm(), { before, after: declared, bindings: [] });
      }),
    put: async (object) => {
      types.learnOf(object);
      const declared = types.leaveOut(await withMadePassword(client, object, makePassword));
      await locks.makingRoom(object.vhost, () =>
        writes.put(declared, () => createObject(client, declared)),
      );
      if (object.kind === 'vhost') await locks.join(object.name);
    },
    update: async (before, after) => {
      const made = await withMadePassword(client, after, makePassword);
      await withNeeds(client, made, () => updateSetting(client, before, made));
      adopt(connection, made);
    },
    async remove(object, consent) {
      // A vhost goes only without queues.
      if (object.kind === 'vhost') await locks.giveBack(object.name);
      await removeSetting(client, object, consent);
    },
    unbind: (binding) => writes.unbind(binding, deletionOf(client, pathOfLive(binding))),
    async rebind(unbind, bind) {
      await records.assertKept(unbind[0]?.vhost ?? '');
      await rebind(client, sources, unbind, bind);
    },
    async delete(object, consent, emptying) {
      if (isQueue(object) && emptying !== undefined && isCareful(consent)) {
        const assertRecorded = () => records.assertKept(object.vhost);
        const { stop } = emptying;
        const move = async (into: string, held: Depth | undefined) =>
          moveInto(amqp, object, { into, held }, { ...(await aboutMove(object)), stop });
        return deleteEmptied({
          ...{ client, sources, queue: object, consent, emptying, assertRecorded, move },
        });
      }
      if (!(await looks.look(object))) return undefined;
      if (!isExchange(object)) return deleteObject(client, sources, object, consent);
      await writes.deleteExchange(object, deletionOf(client, pathOfNamed(object)));
      return undefined;
    },
    async replace(before, after, bindings, consent, planned = allOf(bindings), onRemoved) {
      const replacement = {
        before,
        after: types.leaveOut(after),
        bindings,
        consent,
        planned,
        assertRecorded: () => records.assertKept(before.vhost),
      };
      const { removed, loss } = await locks.makingRoom(before.vhost, () =>
        topics.keep(before, () => replaceObject(client, sources, replacement, returns)),
      );
      if (removed.length > 0) onRemoved?.(removed);
      return loss;
    },
    async carryOver(before, after, bindings, carry, planned = allOf(bindings), onRemoved) {
      const { parking, drainTimeout, onMoved = () => undefined } = carry;
      const { removed, ...carried } = await carryOver({
        ...{ client, sources, returns, before, after, bindings, planned, drainTimeout, onMoved },
        parking,
        toDeclare: (queue) => types.leaveOut(queue),
        declareReplicated: (queue) => writes.declareReplicated(queue),
        cancelling: cancelling(version),
        tags: await tagsOverAmqp(),
        assertRecorded: () => records.assertKept(before.vhost),
      });
      if (removed.length > 0) onRemoved?.(removed);
      return carried;
    },
    readSettings: (queue) => readQueueSettings(client, queue),
    readUses: () => readUses(client),
    async move(plan, options) {
      return moveOverAmqp(amqp, plan, { ...options, ...(await aboutMove(plan.source)) });
    },
    async close() {
      ahead.close();
      await locks.giveAllBack();
      await amqp.close();
      client.close();
    },
  };
}

/** After a new password of topo's own user, goes on with it. */
function adopt({ username, password }: Connection, changed: Setting): void {
  if (changed.kind !== 'user' || changed.name !== username || password instanceof TokenFile) return;
  if (changed.password?.kind !== 'text' || changed.password.text === undefined) return;
  password.renew(changed.password.text.reveal());
}

const unknownNeighbours: Neighbours = {
  hasEnded: () => Promise.resolve(false),
  claim: () => Promise.resolve(undefined),
};

const nowhere: MakePassword = (user) => {
  throw new Error(`no place for the password of ${user}`);
};

const allOf = (bindings: readonly Binding[]): PlannedBindings => ({
  staying: bindings,
  deleted: [],
  declared: [],
});
