// Writes one step of a plan to the broker, with the consent that it has.
import type { Address } from '../topology/address.ts';
import {
  type Binding,
  isBinding,
  isBindingEnd,
  isQueue,
  type Queue,
  unreachable,
} from '../topology/object.ts';
import { NotReplaced, type Carry, type Consent, type Emptying, type Writer } from './broker.ts';
import type { Consents } from './consents.ts';
import { isEmptied, isRenamed, unboundWith, type Unbound } from './emptied.ts';
import { MessagesLost, type Loss } from './loss.ts';
import type { Outcome } from './outcome.ts';
import type { Outcomes } from './outcomes.ts';
import { plannedByEnd, tiedByCarrier, type PlannedBindings } from './planned-bindings.ts';
import { mayLoseConsumers, SharedBudgets } from './shared-loss.ts';
import { afterOf, beforeOf, type DeleteStep, type ReplaceStep, type Step } from './step.ts';

/** How a step may be written. */
export interface WriteOptions {
  readonly consents: Consents;
  /** Milliseconds that consumers have to settle or drain what they hold. */
  readonly drainTimeout: number;
  /** Where messages of queues that are carried over wait, by the queues' addresses. */
  readonly parking?: ReadonlyMap<Address, Queue>;
  /**
   * Once aborted, no further step starts; running ones finish. The abort's reason is an error that
   * says why.
   */
  readonly stop: AbortSignal;
  /** Called while the messages of a queue move: how many have moved so far. */
  readonly onMoved?: (step: Step, messages: number) => void;
}

type Receipt = Pick<Outcome, 'loss' | 'carried'>;

export class StepWriter {
  readonly #writer: Writer;
  readonly #options: WriteOptions;
  readonly #outcomes: Outcomes;
  readonly #planned: ReadonlyMap<Address, PlannedBindings>;
  /** The steps that a binding's request carries along. */
  readonly #tied: ReadonlyMap<Address, readonly Step[]>;
  readonly #budgets: SharedBudgets;
  /** The bindings to take off before each queue that is unbound first. */
  readonly #unbound: ReadonlyMap<Address, Unbound>;

  /** `steps`: the whole plan; `outcomes` learns which objects are back in place. */
  constructor(steps: readonly Step[], writer: Writer, options: WriteOptions, outcomes: Outcomes) {
    this.#writer = writer;
    this.#options = options;
    this.#outcomes = outcomes;
    this.#planned = plannedByEnd(steps);
    this.#tied = tiedByCarrier(steps);
    this.#budgets = new SharedBudgets(options.consents, steps);
    this.#unbound = unboundWith(steps);
  }

  /** Throws what the broker answers, or what keeps the step from being written. */
  async write(step: Step): Promise<Receipt> {
    const tied = this.#tied.get(step.address);
    if (tied !== undefined) return this.#rebind(step, tied);
    switch (step.kind) {
      case 'create':
        await this.#writer.put(step.after);
        return {};
      case 'update':
        await this.#writer.update(step.before, step.after);
        return {};
      case 'replace':
        return this.#replace(step);
      case 'delete':
        return withLoss(await this.#delete(step));
      default:
        return unreachable(step);
    }
  }

  async #replace(step: ReplaceStep): Promise<Receipt> {
    const { before, after, carry } = step;
    if (!isBindingEnd(before) || !isBindingEnd(after)) return {};
    const bindings = this.#outcomes.restoredWith(step);
    const planned = this.#planned.get(step.address);
    const noteRemoved = (gone: readonly Binding[]): void => {
      this.#outcomes.noteRemoved(gone);
    };
    if (carry !== undefined && isQueue(before) && isQueue(after)) {
      const how = this.#carryOf(step);
      const all = [before, after, bindings, how, planned, noteRemoved] as const;
      const carried = await this.#writer.carryOver(...all);
      this.#outcomes.noteBack(step);
      return { carried };
    }
    const loss = await this.#withConsent(step, (consent) =>
      this.#writer.replace(before, after, bindings, consent, planned, noteRemoved),
    );
    this.#outcomes.noteBack(step);
    return withLoss(loss);
  }

  #carryOf(step: ReplaceStep): Carry {
    const { parking: all, drainTimeout, onMoved } = this.#options;
    const parking = all?.get(step.address);
    if (parking === undefined) throw new Error(`no record names a place to park ${step.address}`);
    return { parking, drainTimeout, onMoved: (messages) => onMoved?.(step, messages) };
  }

  async #delete(step: DeleteStep): Promise<Loss | undefined> {
    const { before } = step;
    if (isBindingEnd(before))
      return this.#withConsent(step, (consent) =>
        this.#writer.delete(before, consent, this.#emptyingOf(step)),
      );
    if (isBinding(before)) await this.#writer.unbind(before);
    else {
      const mayDisconnect = this.#options.consents.disconnect.has(step.address);
      await this.#writer.remove(before, { mayDisconnect });
    }
    return undefined;
  }

  #emptyingOf(step: DeleteStep): Emptying | undefined {
    const unbound = this.#unbound.get(step.address);
    if (unbound === undefined || (unbound.bindings.length === 0 && !isEmptied(step)))
      return undefined;
    const { stop, drainTimeout } = this.#options;
    return { ...unbound, into: step.renamed_to, stop, timeout: isEmptied(step) ? drainTimeout : 0 };
  }

  async #rebind(step: Step, tied: readonly Step[]): Promise<Receipt> {
    const steps = [step, ...tied];
    await this.#writer.rebind(
      steps.map(beforeOf).filter((object) => isBinding(object)),
      steps.map(afterOf).filter((object) => isBinding(object)),
    );
    this.#outcomes.noteBack(step);
    return {};
  }

  async #withConsent(
    step: Step,
    use: (consent: Consent) => Promise<Loss | undefined>,
  ): Promise<Loss | undefined> {
    const share = isRenamed(step) ? undefined : this.#budgets.take(step);
    if (share === undefined) return use(consentTo(step, this.#options.consents));
    let loss: Loss | undefined;
    try {
      return (loss = await use(share.consent));
    } catch (error) {
      loss = lossBehind(error);
      throw error;
    } finally {
      share.settle(loss);
    }
  }
}

function consentTo(step: Step, consents: Consents): Consent {
  if (isRenamed(step)) return 'disconnect';
  const bound = consents.messageLoss.get(step.address);
  if (bound === 'all') return 'lose-messages';
  if (typeof bound === 'number' && bound > 0) return { atMost: bound };
  const mayDisconnect = bound === 0 || isEmptied(step) || mayLoseConsumers(step, consents);
  return mayDisconnect ? 'disconnect' : 'lose-nothing';
}

const withLoss = (loss: Loss | undefined): Receipt => (loss ? { loss } : {});

export const lossBehind = (error: unknown): Loss | undefined =>
  error instanceof MessagesLost || error instanceof NotReplaced ? error.loss : undefined;
