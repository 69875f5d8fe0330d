// Names the process that holds a results queue. AMQP doesn't tell; the management API does, if it
// can be reached.
import { setTimeout as sleep } from 'node:timers/promises';
import { lockOf, ResultsTaken } from '../../harness/messaging/results-lock.ts';
import { Client } from '../../management/client.ts';
import type { Connection } from '../../connection/connection.ts';
import { maybe, object, parseRow, text } from '../../management/shape.ts';

/** Runs `use`; if a results queue is taken, the error says by whom. */
export async function namingHolder<T>(
  connection: Connection,
  vhost: string,
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof ResultsTaken)) throw error;
    const holder = await holderOf(connection, vhost, lockOf(error.queue));
    throw new ResultsTaken(error.queue, holder);
  }
}

/**
 * Milliseconds: the management plugin knows of a new connection some 5 s later. The error is there
 * without a name, too.
 */
const patience = { answer: 2_000, owner: 6_000 };
const askEvery = 250;

const parseLock = parseRow<{ owner_pid_details?: { name?: unknown } | null }>({
  owner_pid_details: maybe(object),
});
const parseOwner = parseRow<{ user_provided_name?: string | null }>({
  user_provided_name: maybe(text),
});

/** Such as `topo-harness train digits-1 (consumer) at 10.0.0.4:51966`; undefined if unknown. */
async function holderOf(
  connection: Connection,
  vhost: string,
  lock: string,
): Promise<string | undefined> {
  const client = new Client({ ...connection, timeout: patience.answer });
  const path = `queues/${encodeURIComponent(vhost)}/${encodeURIComponent(lock)}`;
  try {
    const owner = await ownerOf(client, path);
    if (owner === undefined) return undefined;
    const named = await client.look(`connections/${encodeURIComponent(owner)}`, parseOwner);
    const name = named.kind === 'there' ? named.object.user_provided_name : undefined;
    return `${name ?? 'another connection'} at ${owner.replace(/ -> .*/, '')}`;
  } finally {
    client.close();
  }
}

/** The name of the connection that has the queue. */
async function ownerOf(client: Client, path: string): Promise<string | undefined> {
  for (let left = patience.owner / askEvery; left > 0; left--) {
    const found = await client.look(path, parseLock);
    if (found.kind !== 'there') return undefined;
    const { name } = found.object.owner_pid_details ?? {};
    if (typeof name === 'string') return name;
    await sleep(askEvery);
  }
  return undefined;
}
