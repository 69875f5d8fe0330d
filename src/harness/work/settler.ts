// Carries settlements out: publishes or writes what takes a delivery's place, and only then acks it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Roles } from '../../topology/roles.ts';
import { unreachable } from '../../topology/object.ts';
import { writeDead } from '../dead/folder.ts';
import { renderResult, type Route } from '../message.ts';
import type { Message, Publisher } from '../publisher.ts';
import type { Result } from '../result.generated.ts';
import type { AppendLog } from './append-log.ts';
import { holdFor, type Backoff } from './backoff.ts';
import type { OnStep, Settled, Step, WorkEvent } from './event.ts';
import { deadLetter, nextAttempt } from './republish.ts';
import type { Run } from './run.ts';
import { settlementOf, type Death, type Outcome, type Settlement } from './settlement.ts';

export interface SettlerOptions {
  readonly roles: Roles;
  readonly worker: string;
  readonly max_attempts: number;
  readonly backoff: Backoff;
  readonly publisher: Publisher;
  /** Of a topology without a results queue. */
  readonly resultFile: AppendLog | undefined;
  readonly deadFolder: string;
  readonly onStep: OnStep;
  readonly onEvent: (event: WorkEvent) => void;
  /** Aborted when nothing is held back for a backoff any more. */
  readonly draining: AbortSignal;
  /** Aborted when everything is left as it is. */
  readonly leaving: AbortSignal;
}

export class Settler {
  readonly #options: SettlerOptions;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** Settles when every delivery of the task is settled, or none can be any more. */
  async settle(run: Run, outcome: Outcome): Promise<void> {
    const { roles, max_attempts, backoff, draining } = this.#options;
    const settlement = settlementOf(outcome, {
      isHeld: run.isHeld,
      attempt: run.attempt,
      max_attempts,
      isDraining: draining.aborted,
      returnsByKey: this.#returnsByKey(run),
      results: roles.results,
      dead_letter: roles.dead_letter,
      retries: roles.retries,
      backoff,
    });
    const settled = await this.#carryOut(run, settlement, outcome);
    if (settled) this.#options.onEvent({ kind: 'settled', id: run.id, settled });
  }

  /** Undefined where the worker leaves before it is done. */
  async #carryOut(run: Run, by: Settlement, outcome: Outcome): Promise<Settled | undefined> {
    switch (by.kind) {
      case 'report':
        return this.#report(run, by.result, by.to, outcome.kind === 'kept' ? 'kept' : 'done');
      case 'retry': {
        const { exchange, delay } = by.through;
        return this.#retry(run, this.#sameKey(run, exchange), delay);
      }
      case 'republish':
        return this.#republish(run, by.to, by.after);
      case 'bury':
        return this.#bury(run, by.death, by.in);
      case 'requeue':
        if (run.requeue()) await this.#step('requeued', run);
        return { kind: 'requeued' };
      case 'void':
        return run.isHandedBack ? undefined : { kind: 'lost' };
      default:
        return unreachable(by);
    }
  }

  async #report(
    run: Run,
    result: Result,
    to: 'queue' | 'file',
    kind: 'done' | 'kept',
  ): Promise<Settled | undefined> {
    const { results } = this.#options.roles;
    const isReported =
      to === 'queue' && results !== undefined
        ? await this.#publish(run, renderResult(result, queueRoute(results)), 'result', () => true)
        : await this.#writeResult(run, result);
    if (!isReported) return undefined;
    await this.#ack(run);
    await this.#reply(run, result);
    return { kind };
  }

  async #writeResult(run: Run, result: Result): Promise<boolean> {
    const { resultFile } = this.#options;
    const line = JSON.stringify(result);
    const isWritten = await this.#insist(
      run,
      'result',
      () => true,
      async () => {
        await resultFile?.append(line);
        return undefined;
      },
    );
    if (isWritten) await this.#step('result_written', run);
    return isWritten;
  }

  /** Whoever asked for a reply may be gone by now, and the result is safe: it is tried once. */
  async #reply({ id, delivery }: Run, result: Result): Promise<void> {
    const { publisher, roles, leaving, onEvent } = this.#options;
    const { replyTo } = delivery.message.properties as { replyTo?: unknown };
    if (typeof replyTo !== 'string' || replyTo === roles.results || replyTo === '') return;
    const reply = publisher.publish(renderResult(result, queueRoute(replyTo)));
    const fate = await Promise.race([
      reply,
      sleep(replyPatience, undefined, { signal: leaving, ref: false }),
    ]).catch(() => undefined);
    if (fate?.kind === 'confirmed') return;
    const reason = fate?.reason ?? 'the broker is silent';
    onEvent({
      kind: 'warning',
      message: `the reply to task ${id} did not reach ${replyTo}: ${reason}`,
    });
  }

  async #retry(run: Run, route: Route, after: number): Promise<Settled | undefined> {
    const message = nextAttempt(run.delivery.message, {
      ...{ id: run.id, attempt: run.attempt, fault: run.fault },
      ...route,
    });
    if (!(await this.#publish(run, message, 'retry', () => run.isHeld))) return lostUnless(run);
    await this.#ack(run);
    return { kind: 'retried', attempt: run.attempt + 1, after };
  }

  async #republish(
    run: Run,
    to: 'exchange' | 'queue',
    after: number,
  ): Promise<Settled | undefined> {
    if (after > 0) {
      await this.#step('held', run);
      await this.#pause(after, this.#options.draining);
    }
    if (!run.isHeld) return { kind: 'lost' };
    const route =
      to === 'exchange'
        ? this.#sameKey(run, this.#options.roles.tasks)
        : queueRoute(run.delivery.queue);
    return this.#retry(run, route, 0);
  }

  async #bury(run: Run, death: Death, where: 'queue' | 'folder'): Promise<Settled | undefined> {
    const { roles, worker } = this.#options;
    const { message, queue } = run.delivery;
    const burial = {
      death,
      id: run.task?.id,
      attempt: run.attempt,
      worker,
      queue,
      time: Date.now(),
    };
    const letter = deadLetter(message, burial, roles.dead_letter ?? '');
    const isBuried =
      where === 'queue'
        ? await this.#publish(run, letter, 'dead', () => run.isHeld)
        : await this.#writeDead(run, letter);
    if (!isBuried) return lostUnless(run);
    await this.#ack(run);
    return { kind: 'dead', attempt: run.attempt, death, in: where };
  }

  async #writeDead(run: Run, letter: Message): Promise<boolean> {
    const isWritten = await this.#insist(
      run,
      'dead letter',
      () => run.isHeld,
      async () => {
        await writeDead(this.#options.deadFolder, letter);
        return undefined;
      },
    );
    if (isWritten) await this.#step('dead_written', run);
    return isWritten;
  }

  async #publish(
    run: Run,
    message: Message,
    what: 'result' | 'retry' | 'dead',
    isWanted: () => boolean,
  ): Promise<boolean> {
    const isConfirmed = await this.#insist(run, names[what], isWanted, async () => {
      const fate = this.#options.publisher.publish(message);
      await this.#step(`${what}_published`, run);
      const settled = await fate;
      return settled.kind === 'confirmed' ? undefined : settled.reason;
    });
    if (isConfirmed) await this.#step(`${what}_confirmed`, run);
    return isConfirmed;
  }

  /** Tries until it worked, is not wanted any more, or the worker leaves. `once` gives the reason why it did not. */
  async #insist(
    { id }: Run,
    what: string,
    isWanted: () => boolean,
    once: () => Promise<string | undefined>,
  ): Promise<boolean> {
    const { backoff, leaving, onEvent } = this.#options;
    for (let attempt = 1; !leaving.aborted && isWanted(); attempt++) {
      const reason = await once().catch((error: unknown) => messageOf(error));
      if (reason === undefined) return true;
      const retry = Math.round(holdFor(attempt, backoff));
      onEvent({ kind: 'refused', id, what, reason, retry });
      await this.#pause(retry, leaving);
    }
    return false;
  }

  async #ack(run: Run): Promise<void> {
    if (run.ack()) await this.#step('acked', run);
  }

  async #step(step: Step, { id }: Run): Promise<void> {
    await this.#options.onStep(step, id);
  }

  async #pause(milliseconds: number, until: AbortSignal): Promise<void> {
    await sleep(milliseconds, undefined, { signal: until }).catch(() => undefined);
  }

  #returnsByKey(run: Run): boolean {
    const { roles } = this.#options;
    const { queue, message } = run.delivery;
    return roles.routing.reachesOnly(queue, roles.tasks, message.fields.routingKey);
  }

  #sameKey(run: Run, exchange: string): Route {
    return { exchange, routing_key: run.delivery.message.fields.routingKey };
  }
}

/** Milliseconds. */
const replyPatience = 5_000;

const names = { result: 'result', retry: 'next attempt', dead: 'dead letter' } as const;

const queueRoute = (queue: string): Route => ({ exchange: '', routing_key: queue });

/** Not confirmed: either nobody is left to ack, or the worker leaves. */
const lostUnless = (run: Run): Settled | undefined => (run.isHeld ? undefined : { kind: 'lost' });

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
