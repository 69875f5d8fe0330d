// Declares again what was deleted, and says precisely what could not be put back.
import { addressOf, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { NotReplaced } from '../reconcile/broker.ts';
import { BrokerError } from './broker-error.ts';
import type { Client } from './client.ts';
import { putBinding, putObject } from './put.ts';

type Named = Exchange | Queue;

/** After the object `before` was deleted, or perhaps was; `client` is firm. Throws NotReplaced unless all is as planned. */
export async function rebuild(
  client: Client,
  before: Named,
  after: Named,
  bindings: readonly Binding[],
): Promise<void> {
  const refusal = await refusalOf(putObject(client, after));
  if (refusal !== undefined) {
    const again = isAnswered(refusal) ? await refusalOf(putObject(client, before)) : refusal;
    if (again !== undefined) throw gone(before, bindings, again);
  }
  const missing = await putBack(client, bindings);
  if (refusal !== undefined || missing.size > 0)
    throw incomplete(after, bindings, refusal, missing);
}

/** The bindings that could not be bound, and why. */
export async function putBack(
  client: Client,
  bindings: readonly Binding[],
): Promise<ReadonlyMap<Address, string>> {
  const missing = new Map<Address, string>();
  const putOne = async (binding: Binding) => {
    const refusal = await refusalOf(putBinding(client, binding));
    if (refusal !== undefined) missing.set(addressOf(binding), refusal.message);
  };
  await Promise.all(bindings.map(putOne));
  return missing;
}

async function refusalOf(write: Promise<void>): Promise<ExpectedError | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof ExpectedError) return error;
    throw error;
  }
}

/** Nobody has to be asked a second time who did not answer the first. */
const isAnswered = (refusal: ExpectedError): boolean =>
  refusal instanceof BrokerError && refusal.status !== undefined;

const hints = {
  again: 'remove the cause, then run topo apply again',
  lost: 'remove the cause, then run topo apply again: it puts them back first',
};

function gone(
  before: Named,
  bindings: readonly Binding[],
  { message }: ExpectedError,
): NotReplaced {
  const loss = `${addressOf(before)} is gone, as far as can be told, and ${plural(bindings.length, 'binding')} with it`;
  const lost = new Map(bindings.map((binding) => [addressOf(binding), message]));
  return new NotReplaced(`${loss}: ${message}`, hints.lost, lost);
}

function incomplete(
  after: Named,
  bindings: readonly Binding[],
  refusal: ExpectedError | undefined,
  missing: ReadonlyMap<Address, string>,
): NotReplaced {
  const address = addressOf(after);
  const stands =
    refusal === undefined
      ? `${address} was replaced`
      : `${address} is as it was before, because the new one was refused: ${refusal.message}`;
  const back = `${bindings.length - missing.size} of ${bindings.length} bindings are back`;
  const hint = missing.size > 0 ? hints.lost : (refusal?.hint ?? hints.again);
  return new NotReplaced(`${stands}; ${back}`, hint, missing);
}
