// Puts what takes a delivery's place where it belongs, and retries until it is there.
import { setTimeout as sleep } from 'node:timers/promises';
import { writeDead } from '../dead/folder.ts';
import type { Fate } from '../messaging/fate.ts';
import type { Message, Publisher } from '../messaging/publisher.ts';
import type { Result } from '../messaging/result.generated.ts';
import type { AppendLog } from '../../disk/append-log.ts';
import { holdFor, type Backoff } from './backoff.ts';
import type { OnStep, WorkEvent } from './event.ts';
import type { Run } from './run.ts';

export interface PlacingOptions {
  readonly backoff: Backoff;
  readonly publisher: Publisher;
  /** Of a topology without a results queue. */
  readonly resultFile: AppendLog | undefined;
  readonly deadFolder: string;
  readonly onStep: OnStep;
  readonly onEvent: (event: WorkEvent) => void;
  /** Aborted when everything is left as it is. */
  readonly leaving: AbortSignal;
}

export type Placed =
  | { readonly kind: 'placed' }
  /** It can't be: no other try will do. */
  | { readonly kind: 'impossible'; readonly reason: string }
  /** Not wanted any more, or the worker leaves. */
  | { readonly kind: 'left' };

type Refusal = Extract<Fate, { kind: 'returned' | 'refused' }>;

export class Placing {
  readonly #options: PlacingOptions;

  constructor(options: PlacingOptions) {
    this.#options = options;
  }

  /** The first of the messages that can be sent at all. */
  async publish(
    run: Run,
    messages: readonly [Message, ...Message[]],
    what: 'result' | 'retry' | 'dead',
    isWanted: () => boolean,
  ): Promise<Placed> {
    const { publisher, onStep } = this.#options;
    let placed: Placed = { kind: 'left' };
    for (const message of messages) {
      placed = await this.#insist(run, names[what], isWanted, async () => {
        const settled = publisher.publish(message);
        await onStep(`${what}_published`, run.id);
        const fate = await settled;
        return fate.kind === 'confirmed' ? undefined : fate;
      });
      if (placed.kind !== 'impossible') break;
    }
    if (placed.kind === 'placed') await onStep(`${what}_confirmed`, run.id);
    return placed;
  }

  async writeResult(run: Run, result: Result): Promise<Placed> {
    const { resultFile, onStep } = this.#options;
    const line = JSON.stringify(result);
    const write = async (): Promise<unknown> => resultFile?.append(line);
    const placed = await this.#write(run, names.result, () => true, write);
    if (placed.kind === 'placed') await onStep('result_written', run.id);
    return placed;
  }

  async writeDead(run: Run, letter: Message, isWanted: () => boolean): Promise<Placed> {
    const { deadFolder, onStep } = this.#options;
    const write = (): Promise<unknown> => writeDead(deadFolder, letter);
    const placed = await this.#write(run, names.dead, isWanted, write);
    if (placed.kind === 'placed') await onStep('dead_written', run.id);
    return placed;
  }

  #write(
    run: Run,
    what: string,
    isWanted: () => boolean,
    write: () => Promise<unknown>,
  ): Promise<Placed> {
    return this.#insist(run, what, isWanted, async () => {
      await write();
      return undefined;
    });
  }

  /** `once` gives what became of it where it did not work. */
  async #insist(
    { id }: Run,
    what: string,
    isWanted: () => boolean,
    once: () => Promise<Refusal | undefined>,
  ): Promise<Placed> {
    const { backoff, leaving, onEvent } = this.#options;
    for (let attempt = 1; !leaving.aborted && isWanted(); attempt++) {
      const refusal = await once().catch(toRefusal);
      if (refusal === undefined) return { kind: 'placed' };
      const { reason } = refusal;
      if (refusal.kind === 'refused' && refusal.isFinal) return { kind: 'impossible', reason };
      const retry = Math.round(holdFor(attempt, backoff));
      onEvent({ kind: 'refused', id, what, reason, retry });
      await sleep(retry, undefined, { signal: leaving }).catch(() => undefined);
    }
    return { kind: 'left' };
  }
}

const names = { result: 'result', retry: 'next attempt', dead: 'dead letter' } as const;

const toRefusal = (error: unknown): Refusal => ({
  kind: 'refused',
  reason: error instanceof Error ? error.message : String(error),
});
