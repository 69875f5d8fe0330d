// The guards: each looks at the whole plan before the first write, and says exactly how to lift its no.
import type { Address } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import type { PlanDocument, Refusal, Step } from './plan.generated.ts';

/** What the person who applies agreed to. */
export interface Consents {
  readonly messageLoss: ReadonlySet<Address>;
  readonly disconnect: ReadonlySet<Address>;
  /** The most objects that may be deleted. */
  readonly deletes: number;
}

export const noConsents: Consents = { messageLoss: new Set(), disconnect: new Set(), deletes: 0 };

type Guarded = Pick<PlanDocument, 'steps' | 'summary'>;
type Guard = (plan: Guarded, consents: Consents) => Refusal[];

const guards: readonly Guard[] = [queuesKeepWhatTheyHold, deletesAreFew, filesAreNotEmpty];

/** Deletes beyond both need consent. */
const manyDeletes = { share: 0.3, count: 3 };

export function guard(plan: Guarded, consents: Consents): Refusal[] {
  return guards.flatMap((one) => one(plan, consents));
}

function queuesKeepWhatTheyHold({ steps }: Guarded, consents: Consents): Refusal[] {
  return steps.flatMap((step) => {
    const loss = consents.messageLoss.has(step.address) ? undefined : lossOf(step, consents);
    return loss === undefined ? [] : [{ ...loss, address: step.address }];
  });
}

function lossOf(step: Step, consents: Consents): Refusal | undefined {
  const { depth, address } = step;
  if (depth === undefined) return undefined;
  const instead = step.kind === 'delete' ? 'declare it again' : 'take the change back';
  if (depth.kind === 'unknown') {
    const way = `${depth.hint}, or topo apply --allow-message-loss ${address}`;
    return { code: 'unknown-depth', reason: depth.why, hint: way };
  }
  const messages = depth.ready + depth.unacked;
  if (messages > 0) {
    const held = depth.unacked > 0 ? ` (${count(depth.unacked)} of them unacknowledged)` : '';
    return {
      code: 'messages',
      reason: `${plural(messages, 'message')}${held} would be lost`,
      hint: `${instead}, or topo apply --allow-message-loss ${address}`,
    };
  }
  if (depth.consumers === 0 || consents.disconnect.has(address)) return undefined;
  return {
    code: 'consumers',
    reason: `${plural(depth.consumers, 'consumer')} would be disconnected`,
    hint: `stop ${depth.consumers === 1 ? 'it' : 'them'}, ${instead}, or topo apply --allow-disconnect ${address}`,
  };
}

function deletesAreFew({ summary }: Guarded, consents: Consents): Refusal[] {
  const deletes = summary.declared === 0 ? 0 : summary.delete;
  if (deletes <= manyDeletes.count || deletes <= summary.managed * manyDeletes.share) return [];
  const share = Math.round((100 * deletes) / Math.max(summary.managed, deletes));
  return askForDeletes(
    'many-deletes',
    `${plural(deletes, 'object')} would be deleted, ${share} % of the ${count(summary.managed)} that the files own`,
    deletes,
    consents,
  );
}

function filesAreNotEmpty({ summary }: Guarded, consents: Consents): Refusal[] {
  if (summary.declared > 0 || summary.delete === 0) return [];
  const reason = `the files declare nothing, so all ${count(summary.delete)} objects that they own would be deleted`;
  return askForDeletes('empty-files', reason, summary.delete, consents);
}

function askForDeletes(code: string, reason: string, deletes: number, consents: Consents) {
  if (consents.deletes >= deletes) return [];
  const hint = `check that nothing is missing in the files, or topo apply --allow-deletes ${deletes}`;
  return [{ code, reason, hint }];
}
