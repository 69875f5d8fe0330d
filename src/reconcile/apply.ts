// Carries out a plan, phase by phase, with the steps of a phase in parallel. A failure blocks only
// the steps that need the failed one.
import type { Address } from '../topology/address.ts';
import type { Grantee } from '../topology/grant.ts';
import { isBinding } from '../topology/object.ts';
import { Forbidden, NotReplaced, Outdated, type Writer } from './broker.ts';
import { MessagesLost } from './loss.ts';
import type { Outcome } from './outcome.ts';
import { Outcomes } from './outcomes.ts';
import { carriedAtOnce, forEachParallel } from './parallel.ts';
import { lossBehind, StepWriter, type WriteOptions } from './step-writer.ts';
import {
  isOfBinding,
  needsMetBy,
  needsOf,
  renderNeed,
  type Need,
  type Plan,
  type Step,
} from './step.ts';
import { inWaves } from './waves.ts';

export interface ApplyOptions extends WriteOptions {
  /** How many requests may run at once. */
  readonly parallel: number;
  /** Awaited before each step: what it finds may abort `stop`. */
  readonly beforeStep?: () => Promise<void>;
  /** The user that topo runs as. */
  readonly self?: Grantee;
  readonly onStart?: (step: Step) => void;
  readonly onOutcome?: (outcome: Outcome) => void;
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
  readonly #steps: StepWriter;
  readonly #options: ApplyOptions;
  /** What steps may need but won't get. */
  readonly #unmet = new Map<string, Unmet>();

  constructor(steps: readonly Step[], writer: Writer, options: ApplyOptions) {
    this.outcomes = new Outcomes(steps);
    this.#steps = new StepWriter(steps, writer, options, this.outcomes);
    this.#options = options;
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
      return { step, kind: 'succeeded', ...(await this.#steps.write(step)) };
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
}

function needsMetByStep(step: Step): Need[] {
  if (step.kind === 'create' && isBinding(step.after)) return needsMetBy(step.after);
  return [{ kind: 'step', address: step.address }];
}
