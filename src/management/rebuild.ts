// Declares again what was deleted, and says precisely what could not be put back.
import { addressOf, type Address } from '../topology/address.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import type { Client } from './client.ts';
import { putBinding, putObject } from './put.ts';

type Named = Exchange | Queue;

/** A replacement did not go as planned; says what stands now. */
export class NotReplaced extends ExpectedError {}

/** After the object `before` was deleted, or perhaps was. Throws NotReplaced unless all is as planned. */
export async function rebuild(
  client: Client,
  before: Named,
  after: Named,
  bindings: readonly Binding[],
): Promise<void> {
  const refusal = await refusalOf(putObject(client, after));
  if (refusal !== undefined) {
    const again = await refusalOf(putObject(client, before));
    if (again !== undefined) throw gone(before, bindings, again);
  }
  const missing = await putBack(client, bindings);
  if (refusal !== undefined || missing.size > 0)
    throw incomplete(after, bindings, refusal, missing);
}

async function putBack(
  client: Client,
  bindings: readonly Binding[],
): Promise<ReadonlyMap<Address, ExpectedError>> {
  const missing = new Map<Address, ExpectedError>();
  const putOne = async (binding: Binding) => {
    const refusal = await refusalOf(putBinding(client, binding));
    if (refusal !== undefined) missing.set(addressOf(binding), refusal);
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

function gone(before: Named, bindings: readonly Binding[], refusal: ExpectedError): NotReplaced {
  const loss = `${addressOf(before)} is gone, and ${bindings.length} bindings with it`;
  return new NotReplaced(`${loss}: ${refusal.message}`, {
    hint: 'remove the cause, then run topo apply again',
  });
}

function incomplete(
  after: Named,
  bindings: readonly Binding[],
  refusal: ExpectedError | undefined,
  missing: ReadonlyMap<Address, ExpectedError>,
): NotReplaced {
  const address = addressOf(after);
  const stands =
    refusal === undefined
      ? `${address} was replaced`
      : `${address} is as it was before, because the new one was refused: ${refusal.message}`;
  const back = `${bindings.length - missing.size} of ${bindings.length} bindings are back`;
  const reasons = [...missing].map(([binding, { message }]) => `\n${binding}: ${message}`);
  const hint = refusal?.hint ?? 'run topo apply again';
  return new NotReplaced(`${stands}; ${back}${reasons.join('')}`, { hint });
}
