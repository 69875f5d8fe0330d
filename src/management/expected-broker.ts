// Identifies the broker behind the management API, to check that AMQP reaches the same one.
import type { ExpectedBroker } from '../connection/expected-broker.ts';
import { isNotFound } from './broker-error.ts';
import type { Client } from './client.ts';
import { readOverview } from './lists.ts';
import { pathOf } from './path.ts';
import { parseRow, text } from './shape.ts';

export function expectBrokerOf(client: Client): ExpectedBroker {
  return {
    clusterName: async () => (await readOverview(client)).cluster_name,
    hasQueue: (vhost, name) => hasQueue(client, vhost, name),
  };
}

const parseNamed = parseRow<{ name: string }>({ name: text });

/** Asks without statistics: a new queue shows up at once, with statistics only seconds later. */
async function hasQueue(client: Client, vhost: string, name: string): Promise<boolean> {
  try {
    await client.read(`${pathOf('queues', vhost, name)}?disable_stats=true`, parseNamed);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
