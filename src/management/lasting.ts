// Refuses to write a record that a policy would delete by expiring unused queues.
import { AppliedPolicies } from '../topology/applied-policies.ts';
import type { OperatorPolicy, Policy, Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { renderJson } from '../topology/json.ts';
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { readSettings } from './settings.ts';

const asPolicies = (operators: readonly OperatorPolicy[]): Policy[] =>
  operators.map((one) => ({ ...one, kind: 'policy' }));

/**
 * All queues share a vhost. Only administrators may read operator policies: check the policies that
 * are visible.
 */
export async function assertLasting(client: Client, queues: readonly Queue[]): Promise<void> {
  const vhost = queues[0]?.vhost;
  const lists = await Promise.all([
    readSettings(client, 'policy', vhost).catch(forgo),
    readSettings(client, 'operator_policy', vhost).then(asPolicies, forgo),
  ]);
  for (const policies of lists) {
    const applied = new AppliedPolicies({ policies, objects: new Map() }, queues);
    const expiring = queues
      .flatMap((queue) => applied.of(queue))
      .find((policy) => policy?.definition.has('expires'));
    if (expiring === undefined) continue;
    const after = renderJson(expiring.definition.get('expires'));
    const what = `policy ${renderJson(expiring.name)} would delete topo's records on the broker after ${after} ms`;
    const hint = `let its pattern ${renderJson(expiring.pattern)} leave out names that begin with topo.`;
    throw new ExpectedError(what, { hint });
  }
}
