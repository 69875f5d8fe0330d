// Counts the connections that are open: deleting a user closes them.
import type { Client } from './client.ts';
import { parseRows, text } from './shape.ts';

const parse = parseRows<{ user: string }>({ user: text });

/** By user. */
export async function readConnections(client: Client): Promise<Map<string, number>> {
  const open = new Map<string, number>();
  for (const { user } of await client.readList('connections?columns=user', parse))
    open.set(user, (open.get(user) ?? 0) + 1);
  return open;
}
