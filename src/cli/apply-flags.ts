// The flags of topo apply, destroy among them: how many writes they allow at once, and how long
// consumers may take.
import type { ConnectionFlags } from '../connection/connection.ts';
import { mostAtOnce } from '../reconcile/parallel.ts';
import type { ConsentFlags } from './consent-flags.ts';
import { wrongFlag, type FileFlags, type SecretsFlags, type SelectionFlags } from './flags.ts';

export interface ApplyFlags
  extends ConnectionFlags, FileFlags, SelectionFlags, ConsentFlags, SecretsFlags {
  readonly yes?: boolean;
  readonly verify?: 'strong';
  readonly nodeEndpoint: readonly string[];
  readonly parallelism: string;
  readonly drainTimeout: string;
  readonly lockTimeout: string;
  readonly format: 'text' | 'json';
  readonly report?: string;
  readonly expect?: string;
  readonly detailedExitcode?: boolean;
  /** Set for topo destroy. */
  readonly destroy?: true;
}

/** How many writes may run at once. */
export function parseParallelism({ parallelism: text }: ApplyFlags): number {
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= mostAtOnce) return number;
  throw wrongFlag(
    `--parallelism takes a whole number from 1 to ${mostAtOnce}, not "${text}"`,
    '--parallelism 8',
  );
}

/** Milliseconds that consumers have to settle or drain what they hold. */
export function parseDrainTimeout({ drainTimeout: text }: ApplyFlags): number {
  if (/^\d{1,5}$/.test(text)) return Number(text) * 1_000;
  throw wrongFlag(
    `--drain-timeout takes a whole number of seconds, less than 100,000, not "${text}"`,
    '--drain-timeout 600',
  );
}

/** The id of the only plan to carry out, if any. */
export function parseExpected({ expect: id }: Pick<ApplyFlags, 'expect'>): string | undefined {
  if (id === undefined || /^[0-9a-f]{7}$/.test(id)) return id;
  throw wrongFlag(
    `--expect takes the id of a plan, such as 8f1c2a9, not "${id}"`,
    'topo plan prints it in its last line, and in JSON as "id"',
  );
}

/** Milliseconds to wait for another run that changes the same vhost. */
export function parseLockTimeout({ lockTimeout: text }: ApplyFlags): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Infinity;
  if (seconds <= 86_400) return seconds * 1_000;
  throw wrongFlag(
    `--lock-timeout takes seconds from 0 to 86400, not "${text}"`,
    '--lock-timeout 60',
  );
}
