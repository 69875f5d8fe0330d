// Counts the connections that are open: deleting a user or a vhost closes them.
import { ownName } from '../amqp/own-name.ts';
import type { Connected } from '../reconcile/broker.ts';
import type { Client } from './client.ts';
import { maybe, parseRows, text } from './shape.ts';

interface Row {
  readonly user?: string | null;
  readonly vhost?: string | null;
  readonly user_provided_name?: string | null;
  readonly type?: string | null;
}

const parse = parseRows<Row>({
  user: maybe(text),
  vhost: maybe(text),
  user_provided_name: maybe(text),
  type: maybe(text),
});

/**
 * Lists a connection within 5 s of its opening, and leaves out topo's own and those of RabbitMQ's
 * links. One that closes just now may be listed as [].
 */
export async function readConnections(client: Client): Promise<Connected> {
  const path = 'connections?columns=user,vhost,user_provided_name,type';
  const rows = (await client.readList(path, parse)).filter(isOthers);
  return { users: countBy(rows, 'user'), vhosts: countBy(rows, 'vhost') };
}

/** The links of federation and shovels inside the broker have no user. */
const isOthers = ({ user_provided_name: name, type, user }: Row): boolean =>
  name !== ownName && !(type === 'direct' && user === 'none');

function countBy(rows: readonly Row[], field: 'user' | 'vhost'): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { [field]: name } of rows) {
    if (typeof name === 'string') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
