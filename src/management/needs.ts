// Tells a write that fails because what its object needs has gone from one that RabbitMQ refuses.
import { NeedGone } from '../reconcile/broker.ts';
import { holdersOf } from '../reconcile/change.ts';
import { endsOf, type Address } from '../topology/address.ts';
import { isBinding, type TopologyObject } from '../topology/object.ts';
import { BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';

/** Throws NeedGone instead of the error of `write` if that is why. */
export async function withNeeds(
  client: Client,
  object: TopologyObject,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    const gone = mayLackNeed(error) ? await findGone(client, object) : undefined;
    throw gone === undefined ? error : new NeedGone(object, gone);
  }
}

/**
 * RabbitMQ answers 404, or 400 to a permission (`vhost_or_user_not_found`, `no_such_exchange`);
 * 4.0.5 answers 500 to an operator policy.
 */
function mayLackNeed(error: unknown): boolean {
  if (!(error instanceof BrokerError)) return false;
  const { status, reason = '' } = error;
  return status === 404 || status === 500 || (status === 400 && /not_found|no_such/.test(reason));
}

async function findGone(client: Client, object: TopologyObject): Promise<Address | undefined> {
  const ends = isBinding(object) ? Object.values(endsOf(object)) : [];
  for (const need of [...holdersOf(object), ...ends]) {
    if (await client.isGone(need)) return need;
  }
  return undefined;
}
