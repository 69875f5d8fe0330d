// Carries out settlements: publishes or writes what takes a delivery's place, and only then acks
// it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import { hasRole, type Roles } from '../../topology/roles.ts';
import { unreachable } from '../../topology/object.ts';
import { renderResult, type Route } from '../messaging/message.ts';
import type { Message } from '../messaging/publisher.ts';
import type { Result } from '../messaging/result.generated.ts';
import type { Settled, Step } from './event.ts';
import { Placing, type Placed, type PlacingOptions } from './placing.ts';
import { bare, deadLetter, nextAttempt } from './republish.ts';
import type { Run } from './run.ts';
import { settlementOf, type Death, type Outcome, type Settlement } from './settlement.ts';

export interface SettlerOptions extends PlacingOptions {
  readonly roles: Roles;
  readonly worker: string;
  readonly max_attempts: number;
  /** Aborted when nothing is held back for a backoff any more. */
  readonly draining: AbortSignal;
}

export class Settler {
  readonly #options: SettlerOptions;
  readonly #placing: Placing;

  constructor(options: SettlerOptions) {
    this.#options = options;
    this.#placing = new Placing(options);
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
    const { id, digest } = run;
    if (settled) this.#options.onEvent({ kind: 'settled', id, digest, settled });
  }

  /** Undefined if the worker leaves before it is done. */
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
    const placed =
      to === 'queue' && results !== undefined
        ? await this.#publishResult(run, renderResult(result, queueRoute(results)))
        : await this.#placing.writeResult(run, result);
    if (placed.kind === 'left') return undefined;
    if (placed.kind === 'impossible') return this.#buryWhat('its result', run, placed);
    await this.#ack(run);
    await this.#reply(run, result);
    return { kind };
  }

  #publishResult(run: Run, message: Message): Promise<Placed> {
    return this.#placing.publish(run, [message], 'result', () => true);
  }

  async #reply({ id, delivery }: Run, result: Result): Promise<void> {
    const { roles, onEvent } = this.#options;
    const { replyTo } = delivery.message.properties as { replyTo?: unknown };
    if (typeof replyTo !== 'string' || replyTo === roles.results || replyTo === '') return;
    const reason = hasRole(replyTo, roles)
      ? 'that queue is not for replies'
      : await this.#sendReply(renderResult(result, queueRoute(replyTo)));
    if (reason === undefined) return;
    onEvent({
      kind: 'warning',
      message: `the reply to task ${id} did not reach ${replyTo}: ${reason}`,
    });
  }

  /**
   * Tries once: the requester may be gone by now, and the result is safe. Returns the reason why it
   * did not arrive.
   */
  async #sendReply(reply: Message): Promise<string | undefined> {
    const { publisher, leaving } = this.#options;
    const fate = await Promise.race([
      publisher.publish(reply),
      sleep(replyPatience, undefined, { signal: leaving, ref: false }),
    ]).catch(() => undefined);
    if (fate === undefined) return 'the broker is silent';
    return fate.kind === 'confirmed' ? undefined : fate.reason;
  }

  async #retry(run: Run, route: Route, after: number): Promise<Settled | undefined> {
    const { id, attempt, fault, delivery } = run;
    const of = (message: ConsumeMessage) => nextAttempt(message, { id, attempt, fault, ...route });
    const messages = [of(delivery.message), of(bare(delivery.message))] as const;
    const placed = await this.#placing.publish(run, messages, 'retry', () => run.isHeld);
    if (placed.kind === 'left') return lostUnless(run);
    if (placed.kind === 'impossible') return this.#buryWhat('it', run, placed);
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

  /** What can't be published is no reason to keep the task for ever. */
  #buryWhat(what: string, run: Run, { reason }: { reason: string }): Promise<Settled | undefined> {
    const death = { verdict: 'poison', error: `${what} can't be published: ${reason}` } as const;
    const { dead_letter } = this.#options.roles;
    return this.#bury(run, death, dead_letter === undefined ? 'folder' : 'queue');
  }

  async #bury(run: Run, death: Death, where: 'queue' | 'folder'): Promise<Settled | undefined> {
    const { message } = run.delivery;
    const letter = this.#letterOf(run, death, message);
    const isHeld = (): boolean => run.isHeld;
    const inQueue: Placed =
      where === 'queue'
        ? await this.#placing.publish(
            run,
            [letter, this.#letterOf(run, death, bare(message))],
            'dead',
            isHeld,
          )
        : { kind: 'impossible', reason: 'there is no such queue' };
    const placed =
      inQueue.kind === 'impossible' ? await this.#placing.writeDead(run, letter, isHeld) : inQueue;
    if (placed.kind !== 'placed') return lostUnless(run);
    await this.#ack(run);
    const at = inQueue.kind === 'placed' ? 'queue' : 'folder';
    return { kind: 'dead', attempt: run.attempt, death, in: at };
  }

  #letterOf({ task, attempt, delivery }: Run, death: Death, message: ConsumeMessage): Message {
    const { roles, worker } = this.#options;
    const { queue } = delivery;
    const burial = { death, id: task?.id, attempt, worker, queue, time: Date.now() };
    return deadLetter(message, burial, roles.dead_letter ?? '');
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

  /** A key that is not UTF-8 is another one since it was read. */
  #returnsByKey(run: Run): boolean {
    const { roles } = this.#options;
    const { queue, message } = run.delivery;
    const { routingKey } = message.fields;
    return (
      !routingKey.includes('\ufffd') && roles.routing.reachesOnly(queue, roles.tasks, routingKey)
    );
  }

  #sameKey(run: Run, exchange: string): Route {
    return { exchange, routing_key: run.delivery.message.fields.routingKey };
  }
}

/** Milliseconds. */
const replyPatience = 5_000;

const queueRoute = (queue: string): Route => ({ exchange: '', routing_key: queue });

/** Not confirmed: the delivery is void, or the worker leaves. */
const lostUnless = (run: Run): Settled | undefined => (run.isHeld ? undefined : { kind: 'lost' });
