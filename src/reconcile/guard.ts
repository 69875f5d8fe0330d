// The guards: each looks at the whole plan before the first write, and says exactly how to lift its no.
import type { Address } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import { butAgreed, lossFlag, withMargin, type LossBound } from './loss.ts';
import type { PlanDocument, Refusal, Step } from './plan.generated.ts';

/** What the person who applies agreed to. */
export interface Consents {
  readonly messageLoss: ReadonlyMap<Address, LossBound>;
  readonly disconnect: ReadonlySet<Address>;
  /** The most objects that may be deleted. */
  readonly deletes: number;
}

export const noConsents: Consents = { messageLoss: new Map(), disconnect: new Set(), deletes: 0 };

type Guarded = Pick<PlanDocument, 'steps' | 'summary'>;
type Guard = (plan: Guarded, consents: Consents) => Refusal[];

const guards: readonly Guard[] = [queuesKeepWhatTheyHold, deletesAreFew, filesAreNotEmpty];

/**
 * With a number in place of `as-shown`, by what the steps show that the person saw. Where they show none, nothing
 * is agreed to.
 */
export function fixConsents(consents: Consents, steps: readonly Step[]): Consents {
  const messageLoss = new Map(consents.messageLoss);
  for (const { address, depth } of steps) {
    if (messageLoss.get(address) !== 'as-shown' || depth?.kind !== 'known') continue;
    messageLoss.set(address, withMargin(depth.ready + depth.unacked));
  }
  return { ...consents, messageLoss };
}

/** Deletes beyond both need consent. */
const manyDeletes = { share: 0.3, count: 3 };

export function guard(plan: Guarded, consents: Consents): Refusal[] {
  return guards.flatMap((one) => one(plan, consents));
}

function queuesKeepWhatTheyHold({ steps }: Guarded, consents: Consents): Refusal[] {
  return steps.flatMap((step) => {
    const loss = lossOf(step, consents);
    return loss === undefined ? [] : [{ ...loss, address: step.address }];
  });
}

function lossOf(step: Step, consents: Consents): Refusal | undefined {
  const { depth, address } = step;
  const agreed = consents.messageLoss.get(address);
  if (depth === undefined || agreed === 'all') return undefined;
  const limit = agreed === 'as-shown' ? undefined : agreed;
  const instead = step.kind === 'delete' ? 'declare it again' : 'take the change back';
  if (depth.kind === 'unknown') {
    const way = `${depth.hint}, or ${lossFlag(address, 'all')}`;
    return { code: 'unknown-depth', reason: depth.why, hint: way };
  }
  const messages = depth.ready + depth.unacked;
  if (messages > (limit ?? 0)) {
    const held = depth.unacked > 0 ? ` (${count(depth.unacked)} of them unacknowledged)` : '';
    return {
      code: 'messages',
      reason: `${plural(messages, 'message')}${held} would be lost${limit === undefined ? '' : butAgreed(limit)}`,
      hint: `${instead}, or ${lossFlag(address, limit === undefined ? 'as-shown' : withMargin(messages))}`,
    };
  }
  const mayDisconnect = limit !== undefined || consents.disconnect.has(address);
  if (depth.consumers === 0 || mayDisconnect) return undefined;
  return {
    code: 'consumers',
    reason: `${plural(depth.consumers, 'consumer')} would be disconnected`,
    hint: `stop ${depth.consumers === 1 ? 'it' : 'them'}, ${instead}, or topo apply --allow-disconnect ${address}`,
  };
}

function deletesAreFew(plan: Guarded, consents: Consents): Refusal[] {
  return deletesByVhost(plan).flatMap(({ name, declared, managed, deletes }) => {
    if (declared === 0 || deletes <= manyDeletes.count) return [];
    if (deletes <= managed * manyDeletes.share) return [];
    const share = Math.round((100 * deletes) / Math.max(managed, deletes));
    const reason = `${plural(deletes, 'object')} would be deleted${within(name, plan)}, ${share} % of the ${count(managed)} that the files own`;
    return askForDeletes('many-deletes', reason, plan, consents);
  });
}

function filesAreNotEmpty(plan: Guarded, consents: Consents): Refusal[] {
  return deletesByVhost(plan).flatMap(({ name, declared, deletes }) => {
    if (declared > 0 || deletes === 0) return [];
    const reason = `the files declare nothing${within(name, plan)}, so ${plural(deletes, 'object')} would be deleted`;
    return askForDeletes('empty-files', reason, plan, consents);
  });
}

/** Each vhost for itself: what is declared in one says nothing about another. */
function deletesByVhost({ steps, summary }: Guarded) {
  const deletes = new Map<string, number>();
  for (const { kind, before } of steps) {
    if (kind !== 'delete' || before === undefined) continue;
    deletes.set(before.vhost, (deletes.get(before.vhost) ?? 0) + 1);
  }
  return summary.vhosts.map((vhost) => ({ ...vhost, deletes: deletes.get(vhost.name) ?? 0 }));
}

const within = (vhost: string, { summary }: Guarded): string =>
  summary.vhosts.length > 1 ? ` in vhost ${vhost}` : '';

/** N is about the plan as a whole. */
function askForDeletes(code: string, reason: string, { summary }: Guarded, consents: Consents) {
  if (consents.deletes >= summary.delete) return [];
  const hint = `check that nothing is missing in the files, or topo apply --allow-deletes ${summary.delete}`;
  return [{ code, reason, hint }];
}
