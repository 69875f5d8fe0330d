// Deletes an exchange or a queue and declares it again with its bindings: in one batch if AMQP is
// in reach, else over HTTP, request by request.
import type { Loss } from '../reconcile/loss.ts';
import { type Binding, isQueue } from '../topology/object.ts';
import { readAttached } from './attached.ts';
import type { Client } from './client.ts';
import { assertAllComeBack } from './come-back.ts';
import { nothing, type DepthSources } from './depth.ts';
import { assertAsPlanned } from './look.ts';
import { assertMayGo } from './may-go.ts';
import { rebuild } from './rebuild.ts';
import { rehearseDeclarations } from './rehearse-declaration.ts';
import { replaceOverAmqp } from './replace-over-amqp.ts';
import { replaceOverHttp } from './replace-over-http.ts';
import type { Replacement } from './replacement.ts';
import type { Returns } from './returns.ts';
import { assertAllPlanned, assertNoneMeanwhile } from './strangers.ts';
import { assertTopicRights } from './topic-rights.ts';

/**
 * `removed`: the bindings that somebody has removed since the plan was made; they are not put back.
 */
export async function replaceObject(
  client: Client,
  sources: DepthSources,
  replacement: Replacement,
  returns: Returns,
): Promise<{ readonly removed: readonly Binding[]; readonly loss?: Loss | undefined }> {
  const { before, consent } = replacement;
  await rehearseDeclarations(client, sources, replacement);
  const held = isQueue(before) ? await assertMayGo(sources, before, consent) : nothing;
  // It went with the last binding of an auto_delete exchange, or in an interrupted run.
  if (!(await assertAsPlanned(client, before))) {
    await rebuild(client.firm(), replacement);
    return { removed: [] };
  }
  const attached = await readAttached(client, before);
  assertAllPlanned(replacement, attached);
  await assertAllComeBack(client, sources, replacement, attached);
  const { back, removed } = returns.sort(replacement, attached);
  const going = { ...replacement, bindings: back };
  await assertTopicRights(client, sources, going);
  returns.take([...attached.values()].flat());
  const replaced =
    (await replaceOverAmqp(client, sources, going, held)) ??
    (await replaceOverHttp(client, sources, going, held));
  returns.give(back);
  await assertNoneMeanwhile(client, replacement, replaced.isGuarded);
  return { removed, loss: replaced.loss };
}
