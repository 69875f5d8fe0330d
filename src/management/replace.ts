// Deletes an exchange or a queue and declares it anew with its bindings: over AMQP in one go where it can be
// reached, else over HTTP, request by request.
import type { Binding } from '../topology/object.ts';
import { readAttached } from './attached.ts';
import type { Client } from './client.ts';
import { assertAllComeBack } from './come-back.ts';
import type { DepthSources } from './depth.ts';
import { lookAt } from './look.ts';
import { assertMayGo } from './may-go.ts';
import { rebuild } from './rebuild.ts';
import { rehearseDeclarations } from './rehearse-declaration.ts';
import { replaceOverAmqp } from './replace-over-amqp.ts';
import { replaceOverHttp } from './replace-over-http.ts';
import type { Replacement } from './replacement.ts';
import type { Returns } from './returns.ts';
import { assertAllPlanned, assertNoneMeanwhile } from './strangers.ts';

/** Gives the bindings that somebody removed since they were planned: those are not put back. */
export async function replaceObject(
  client: Client,
  sources: DepthSources,
  replacement: Replacement,
  returns: Returns,
): Promise<readonly Binding[]> {
  const { before, consent } = replacement;
  await rehearseDeclarations(client, sources, replacement);
  if (before.kind === 'queue') await assertMayGo(sources, before, consent);
  // With the last binding of an auto_delete exchange, or in a run that was cut short.
  if ((await lookAt(client, before)) === 'gone') {
    await rebuild(client.firm(), replacement);
    return [];
  }
  const attached = await readAttached(client, before);
  assertAllPlanned(replacement, attached);
  await assertAllComeBack(client, sources, replacement, attached);
  const { back, removed } = returns.sort(replacement, attached);
  const going = { ...replacement, bindings: back };
  returns.take(attached);
  const way = await replaceOverAmqp(client, sources, going);
  if (way === 'out of reach') await replaceOverHttp(client, sources, going);
  returns.give(back);
  await assertNoneMeanwhile(client, replacement, way === 'guarded');
  return removed;
}
