// Finds the queues that are unbound before they are deleted, and the bindings that this takes off.
import { endsOf, type Address } from '../topology/address.ts';
import type { LiveBinding } from '../topology/live.ts';
import { isBinding, isQueue, type Queue } from '../topology/object.ts';
import type { DeleteStep, Step } from './step.ts';

/**
 * Those that are to be emptied, and quorum queues: RabbitMQ can't delete them only if they are
 * empty, so nothing may reach them any more.
 */
export const isUnboundFirst = (step: Step): step is DeleteStep & { readonly before: Queue } =>
  step.kind === 'delete' &&
  isQueue(step.before) &&
  (isEmptied(step) || step.before.type === 'quorum');

/** Whether a queue may hold messages, as it is emptied before it is deleted. */
export const isEmptied = (step: Step): boolean =>
  isRenamed(step) || (step.kind === 'delete' && step.drain === true);

/** Whether another queue takes over its bindings and what it holds. */
export const isRenamed = (step: Step): boolean =>
  step.kind === 'delete' && step.renamed_to !== undefined;

export interface Unbound {
  /**
   * Without those that can't come back: RabbitMQ deletes their exchange with them, or no request
   * names them.
   */
  readonly bindings: LiveBinding[];
  /** All that the plan knows. */
  readonly known: LiveBinding[];
}

/** The bindings of each such queue. */
export function unboundWith(steps: readonly Step[]): Map<Address, Unbound> {
  const unbound = new Map<Address, Unbound>(
    steps.filter(isUnboundFirst).map(({ address }) => [address, { bindings: [], known: [] }]),
  );
  const going = new Set(steps.filter(({ kind }) => kind !== 'create').map((step) => step.address));
  for (const step of steps) {
    if (step.kind !== 'delete' || !isBinding(step.before)) continue;
    const { source, destination } = endsOf(step.before);
    const found = unbound.get(destination);
    found?.known.push(step.before);
    if (!going.has(source) && step.before.odd === undefined) found?.bindings.push(step.before);
  }
  return unbound;
}
