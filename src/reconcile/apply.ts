// Carries out a plan, phase by phase, with the steps of a phase in parallel. A failure blocks only
// the steps that need the failed one.
import type { Address } from '../topology/address.ts';
import {
  type Binding,
  isBinding,
  isBindingEnd,
  isQueue,
  type Queue,
  unreachable,
} from '../topology/object.ts';
import {
  Forbidden,
  NotReplaced,
  Outdated,
  type Carry,
  type Consent,
  type Emptying,
  type Writer,
} from './broker.ts';
import type { Consents } from './consents.ts';
import { isEmptied, isRenamed, unboundWith, type Unbound } from './emptied.ts';
import { MessagesLost, type Loss } from './loss.ts';
import type { Outcome } from './outcome.ts';
import { carriedAtOnce, forEachParallel } from './parallel.ts';
import { Outcomes } from './outcomes.ts';
import { plannedByEnd, tiedByCarrier, type PlannedBindings } from './planned-bindings.ts';
import { mayLoseConsumers, SharedBudgets } from './shared-loss.ts';
import {
  afterOf,
  beforeOf,
  isOfBinding,
  needsMetBy,
  needsOf,
  renderNeed,
  type DeleteStep,
  type Need,
  type Plan,
  type ReplaceStep,
  type Step,
} from './step.ts';
import type { Grantee } from '../topology/grant.ts';
import { inWaves } from './waves.ts';

export interface ApplyOptions {
  readonly consents: Consents;
  /** How many requests may run at once. */
  readonly parallel: number;
  /** Milliseconds that consumers have to settle or drain what they hold. */
  readonly drainTimeout: number;
  /** Where messages of queues that are carried over wait, by the queues' addresses. */
  readonly parking?: ReadonlyMap<Address, Queue>;
  /**
   * Once aborted, no further step starts; running ones finish. The abort's reason is an error that
   * says why.
   */
  readonly stop: AbortSignal;
  /** Awaited before each step: what it finds may abort `stop`. */
  readonly beforeStep?: () => Promise<void>;
  /** The user that topo runs as. */
  readonly self?: Grantee;
  readonly onStart?: (step: Step) => void;
  readonly onOutcome?: (outcome: Outcome) => void;
  /** Called while the messages of a queue move: how many have moved so far. */
  readonly onMoved?: (step: Step, messages: number) => void;
}

/**
 * How many bindings of a heavily bound queue to delete at once: each delete makes RabbitMQ's
 * routing pause.
 */
const pace = 8;

export async function apply(
  { steps: all }: Pick<Plan, 'steps'>,
  writer: Writer,
  options: ApplyOptions,
): Promise<Outcome[]> {
  writer.foresee(all);
  const run = new Run(all, writer, options);
  for (const steps of inWaves(all, options.self)) {
    await forEachParallel(steps, Math.min(paceOf(steps), options.parallel), (step) =>
      run.take(step),
    );
  }
  return run.outcomes.all();
}

function paceOf(steps: readonly Step[]): number {
  if (steps.some((step) => isOfBinding(step) && step.because !== undefined)) return pace;
  return steps.some((step) => step.kind === 'replace' && step.carry) ? carriedAtOnce : Infinity;
}

/** `by`: the step that failed or never started. */
interface Unmet {
  readonly why: 'failed' | 'skipped';
  readonly by: Address;
}

class Run {
  readonly outcomes: Outcomes;
  readonly #writer: Writer;
  readonly #options: ApplyOptions;
  /** What steps may need but won't get. */
  readonly #unmet = new Map<string, Unmet>();
  readonly #planned: ReadonlyMap<Address, PlannedBindings>;
  /** The steps that a binding's request carries along. */
  readonly #tied: ReadonlyMap<Address, readonly Step[]>;
  readonly #budgets: SharedBudgets;
  /** The bindings to take off before each queue that is unbound first. */
  readonly #unbound: ReadonlyMap<Address, Unbound>;

  constructor(steps: readonly Step[], writer: Writer, options: ApplyOptions) {
    this.outcomes = new Outcomes(steps);
    this.#writer = writer;
    this.#options = options;
    this.#planned = plannedByEnd(steps);
    this.#tied = tiedByCarrier(steps);
    this.#budgets = new SharedBudgets(options.consents, steps);
    this.#unbound = unboundWith(steps);
  }

  async take(step: Step): Promise<void> {
    const unmet = needsOf(step).flatMap((need) => this.#unmet.get(renderNeed(need)) ?? []);
    const blocking = unmet.find(({ why }) => why === 'failed');
    if (blocking !== undefined) this.#settle({ step, kind: 'blocked', by: blocking.by });
    else if (unmet.length > 0 || !(await this.#mayStart())) this.#settle(this.#skip(step));
    else this.#settle(await this.#carryOut(step));
  }

  async #mayStart(): Promise<boolean> {
    const { stop, beforeStep } = this.#options;
    if (!stop.aborted) await beforeStep?.();
    return !stop.aborted;
  }

  async #carryOut(step: Step): Promise<Outcome> {
    this.#options.onStart?.(step);
    try {
      return { step, kind: 'succeeded', ...(await this.#write(step)) };
    } catch (error) {
      if (error instanceof NotReplaced) this.outcomes.noteBack(step, error.lost);
      if (error instanceof MessagesLost) this.outcomes.noteBack(step);
      const { message: reason, hint } = error as Error & { hint?: string };
      const loss = lossBehind(error);
      const told = { ...(hint !== undefined && { hint }), ...(loss && { loss }) };
      if (error instanceof Outdated) return { step, kind: 'stale', reason, ...told };
      const isBegun = error instanceof NotReplaced || error instanceof MessagesLost;
      const more = {
        ...(isBegun && { begun: true as const }),
        ...(error instanceof Forbidden && { forbidden: true as const }),
      };
      return { step, kind: 'failed', reason, ...told, ...more };
    }
  }

  #skip(step: Step): Outcome {
    const { message } = this.#options.stop.reason as Error;
    return { step, kind: 'skipped', reason: message };
  }

  #settle(outcome: Outcome): void {
    this.outcomes.settle(outcome);
    if (outcome.kind !== 'succeeded') this.#miss(outcome);
    this.#options.onOutcome?.(outcome);
  }

  #miss({ step, kind }: Outcome): void {
    const why = kind === 'skipped' ? 'skipped' : 'failed';
    for (const need of needsMetByStep(step)) {
      const key = renderNeed(need);
      if (this.#unmet.get(key)?.why !== 'failed') this.#unmet.set(key, { why, by: step.address });
    }
  }

  async #write(step: Step): Promise<Pick<Outcome, 'loss' | 'carried'>> {
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

  async #replace(step: ReplaceStep): Promise<Pick<Outcome, 'loss' | 'carried'>> {
    const { before, after, carry } = step;
    if (!isBindingEnd(before) || !isBindingEnd(after)) return {};
    const bindings = this.outcomes.restoredWith(step);
    const planned = this.#planned.get(step.address);
    const noteRemoved = (gone: readonly Binding[]): void => {
      this.outcomes.noteRemoved(gone);
    };
    if (carry !== undefined && isQueue(before) && isQueue(after)) {
      const how = this.#carryOf(step);
      const all = [before, after, bindings, how, planned, noteRemoved] as const;
      const carried = await this.#writer.carryOver(...all);
      this.outcomes.noteBack(step);
      return { carried };
    }
    const loss = await this.#withConsent(step, (consent) =>
      this.#writer.replace(before, after, bindings, consent, planned, noteRemoved),
    );
    this.outcomes.noteBack(step);
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

  async #rebind(step: Step, tied: readonly Step[]): Promise<Pick<Outcome, 'loss'>> {
    const steps = [step, ...tied];
    await this.#writer.rebind(
      steps.map(beforeOf).filter((object) => isBinding(object)),
      steps.map(afterOf).filter((object) => isBinding(object)),
    );
    this.outcomes.noteBack(step);
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

function needsMetByStep(step: Step): Need[] {
  if (step.kind === 'create' && isBinding(step.after)) return needsMetBy(step.after);
  return [{ kind: 'step', address: step.address }];
}

function consentTo(step: Step, consents: Consents): Consent {
  if (isRenamed(step)) return 'disconnect';
  const bound = consents.messageLoss.get(step.address);
  if (bound === 'all') return 'lose-messages';
  if (typeof bound === 'number' && bound > 0) return { atMost: bound };
  const mayDisconnect = bound === 0 || isEmptied(step) || mayLoseConsumers(step, consents);
  return mayDisconnect ? 'disconnect' : 'lose-nothing';
}

const withLoss = (loss: Loss | undefined): Pick<Outcome, 'loss'> => (loss ? { loss } : {});

const lossBehind = (error: unknown): Loss | undefined =>
  error instanceof MessagesLost || error instanceof NotReplaced ? error.loss : undefined;
