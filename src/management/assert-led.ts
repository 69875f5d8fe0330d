// Makes sure that a quorum queue or a stream has a leader. RabbitMQ, at least from 3.10 to 4.3, may
// leave it without one if the HTTP connection is cut while it is declared: it is listed, calls an
// equal declaration a success, and takes no message.
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf } from '../topology/identity.ts';
import type { Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { shellWord } from '../topology/quote.ts';
import { BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';
import { pathOf, pathOfNamed } from './path.ts';
import { anything, parseRow, parseRows } from './shape.ts';

/** Milliseconds; RabbitMQ 3.10 writes statistics every 5 s. */
const patience = 10_000;
const pause = 250;

const internalError = 500;

interface Replica {
  readonly 'Raft State'?: unknown;
}
const parseStatus = parseRows<Replica>({ 'Raft State': anything });
const parseStatistics = parseRow<{ readonly state?: unknown }>({ state: anything });

/** Throws ExpectedError if it has none for 10 s. */
export async function assertLed(client: Client, queue: Queue): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isLed(client, queue))) {
    if (performance.now() > end) throw leaderless(queue);
    await sleep(pause);
  }
}

async function isLed(client: Client, queue: Queue): Promise<boolean> {
  const { vhost, name, type } = queue;
  if (type === 'stream') return (await readState(client, queue)) === 'running';
  try {
    const path = `${pathOf('queues', 'quorum', vhost, name)}/status`;
    const replicas = await client.read(path, parseStatus);
    return replicas.some((replica) => replica['Raft State'] === 'leader');
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    // Its replica does not run (4.0.5), though the list calls the queue running.
    if (error.status === internalError) return false;
    // Before 4.0 only statistics tell, which the leader alone writes.
    return (await readState(client, queue)) !== undefined;
  }
}

async function readState(client: Client, queue: Queue): Promise<unknown> {
  const { state } = await client.read(`${pathOfNamed(queue)}?columns=state`, parseStatistics);
  return state;
}

function leaderless(queue: Queue): ExpectedError {
  const why = 'the connection was cut while RabbitMQ declared it, and it has no leader';
  return new ExpectedError(`${addressOf(queue)} takes no message: ${why}`, {
    hint: `delete it with rabbitmqctl delete_queue -p ${shellWord(queue.vhost)} ${shellWord(queue.name)}, then run topo apply again, with AMQP in reach if possible`,
  });
}
