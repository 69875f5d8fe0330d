// What became of the steps of a run. A step without a request of its own shares the outcome of the
// one that carries it.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Binding } from '../topology/object.ts';
import type { Outcome } from './outcome.ts';
import { restoredByEnd } from './planned-bindings.ts';
import type { Step } from './step.ts';

export class Outcomes {
  readonly #steps: ReadonlyMap<Address, Step>;
  readonly #settled = new Map<Address, Outcome>();
  /** The bindings that come back with each replaced exchange or queue. */
  readonly #restored: ReadonlyMap<Address, readonly Binding[]>;
  /** The bindings that a replacement was to put back: undefined if it did, else why not. */
  readonly #back = new Map<Address, string | undefined>();
  /** Bindings that were removed by someone else after planning. */
  readonly #removed = new Set<Address>();

  constructor(steps: readonly Step[]) {
    this.#steps = new Map(steps.map((step) => [step.address, step]));
    this.#restored = restoredByEnd(steps);
  }

  /** Of a step with a request of its own. */
  settle(outcome: Outcome): void {
    this.#settled.set(outcome.step.address, outcome);
  }

  /** The bindings to put back with a replaced exchange or queue. */
  restoredWith({ address }: Step): readonly Binding[] {
    return this.#restored.get(address) ?? [];
  }

  /** `lost`: the bindings that are not back, and why. */
  noteBack(step: Step, lost: ReadonlyMap<Address, string> = new Map()): void {
    for (const binding of this.restoredWith(step)) {
      this.#back.set(addressOf(binding), lost.get(addressOf(binding)));
    }
  }

  noteRemoved(gone: readonly Binding[]): void {
    for (const binding of gone) this.#removed.add(addressOf(binding));
  }

  /** One for each step, in the order of the plan. */
  all(): Outcome[] {
    return [...this.#steps.values()].map((step) => this.#of(step));
  }

  #of(step: Step): Outcome {
    return this.#settled.get(step.address) ?? this.#riding(step);
  }

  #riding(step: Step): Outcome {
    if (this.#removed.has(step.address)) return { step, kind: 'left', reason: removed };
    if (step.kind === 'replace' && this.#back.has(step.address))
      return fareOf(step, this.#back.get(step.address));
    // It may ride along itself: a binding with its exchange, and that with its vhost.
    const carriedBy = this.#steps.get(step.because ?? '');
    if (carriedBy === undefined) return { step, kind: 'skipped' };
    const carrier = this.#of(carriedBy);
    if (carrier.kind === 'succeeded') return { step, kind: 'succeeded' };
    return carrier.kind === 'failed' || carrier.kind === 'stale'
      ? { step, kind: 'blocked', by: carrier.step.address }
      : { ...carrier, step };
  }
}

const removed = 'someone has removed it since planning, so topo did not put it back';

/** The outcome of a binding that was to come back; `why` says why it has not. */
function fareOf(step: Step, why: string | undefined): Outcome {
  if (why === undefined) return { step, kind: 'succeeded' };
  const hint = 'the next topo apply puts it back first';
  return { step, kind: 'failed', reason: `not put back: ${why}`, hint };
}
