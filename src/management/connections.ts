// Counts the connections that are open: deleting a user or a vhost closes them.
import { ownName } from '../amqp/own-name.ts';
import type { Connected } from '../reconcile/broker.ts';
import type { Client } from './client.ts';
import { anything, maybe, parseRow, parseRows, text } from './shape.ts';

interface Row {
  readonly user?: string | null;
  readonly vhost?: string | null;
  readonly user_provided_name?: string | null;
  readonly type?: string | null;
}

interface Overview {
  readonly disable_stats?: unknown;
}

const parseOverview = parseRow<Overview>({ disable_stats: anything });
const parse = parseRows<Row>({
  user: maybe(text),
  vhost: maybe(text),
  user_provided_name: maybe(text),
  type: maybe(text),
});

/**
 * Lists a connection within 5 s of its opening, and leaves out topo's own and those of RabbitMQ's
 * links. One that closes just now may be listed as []. Undefined if the broker lists none.
 */
export async function readConnections(client: Client): Promise<Connected | undefined> {
  // Without statistics, 4.x lists none, and 3.10 doesn't tell which are topo's own.
  const { disable_stats } = await client.read('overview?columns=disable_stats', parseOverview);
  if (disable_stats === true) return undefined;
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
