// The options of a publish.
import type { Roles } from '../../topology/roles.ts';
import type { LinkOptions } from '../messaging/link.ts';
import type { Addressing } from './addressing.ts';
import type { Input } from './input.ts';
import type { Published } from './tally.ts';

/**
 * Where a publish may die: journaled and not sent, sent and not confirmed, confirmed and not
 * recorded, all of it done.
 */
export type PublishStep = 'journaled' | 'sent' | 'confirmed' | 'finished';

export interface PublishOptions {
  readonly link: Omit<LinkOptions, 'vhost'>;
  readonly roles: Roles;
  /** Undefined: finish what the outbox holds. */
  readonly tasks: { readonly input: Input; readonly addressing: Addressing } | undefined;
  /** A folder. */
  readonly outbox: string;
  /** Drop first what the outbox holds. */
  readonly discard: boolean;
  /** The most tasks that wait for their confirm. */
  readonly window: number;
  /** Read no more, and wait for the confirms under way. */
  readonly stop: AbortSignal;
  /** Wait for nothing. */
  readonly abort: AbortSignal;
  /** Called for each task that is settled. */
  readonly onSettled: () => void;
  /**
   * Awaited before the outbox is emptied: who dies before this is told finds all tasks there, and
   * sends none again. `ids`: of all tasks of the publish, in their order.
   */
  readonly onPublished: (published: Published, ids: AsyncIterable<string>) => void | Promise<void>;
  /** Called where confirmed tasks could not be recorded: they will be sent once more. */
  readonly onUnnoted: (error: Error) => void;
  /** Called at each step, with the task's number in the outbox. */
  readonly onStep?: (step: PublishStep, number: number) => void;
  /** Called for each line that is no task: it is left out. */
  readonly onBroken: (line: number, problems: readonly string[]) => void;
}
