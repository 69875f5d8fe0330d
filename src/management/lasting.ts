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
  const [policies, operators] = await Promise.all([
    readSettings(client, 'policy', vhost).catch(forgo),
    readSettings(client, 'operator_policy', vhost).catch(forgo),
  ]);
  const [expiring] = findExpiring(policies, operators ?? [], queues);
  if (expiring === undefined) return;
  const after = renderJson(expiring.definition.get('expires'));
  const what = `policy ${renderJson(expiring.name)} would delete topo's records on the broker after ${after} ms`;
  throw new ExpectedError(what, { hint: hintForExpiring(expiring) });
}

/** The policies that apply to these queues, and delete them if they are not used. */
export function findExpiring(
  policies: readonly Policy[] | undefined,
  operators: readonly OperatorPolicy[],
  queues: readonly Queue[],
): Policy[] {
  return [policies, asPolicies(operators)].flatMap((list) => {
    const applied = new AppliedPolicies({ policies: list, objects: new Map() }, queues);
    const found = queues.flatMap((queue) => applied.of(queue));
    return found.flatMap((policy) => (policy?.definition.has('expires') === true ? [policy] : []));
  });
}

export const hintForExpiring = ({ pattern }: Policy): string =>
  `let its pattern ${renderJson(pattern)} leave out names that begin with topo.`;
