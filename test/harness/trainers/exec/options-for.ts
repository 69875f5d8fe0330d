// Options of a trainer for the tests, with a folder of its own that is gone when the test file is
// done.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from '../../../at-end.ts';
import type { ExecOptions, LogLine } from '../../../../src/harness/trainers/exec/options.ts';

export interface Noted {
  readonly options: ExecOptions;
  readonly root: string;
  readonly lines: LogLine[];
  /** Settles when the trainer prints its first line. */
  readonly printed: Promise<void>;
}

/**
 * Options with short graces; `lines` fills with the log. The worker's name marks every process that
 * it starts.
 */
export function optionsFor(command: string, more: Partial<ExecOptions> = {}): Noted {
  const root = mkdtempSync(join(tmpdir(), 'topo-exec-'));
  atEnd(() => rmSync(root, { recursive: true, force: true }));
  const lines: LogLine[] = [];
  let onPrinted: () => void;
  const printed = new Promise<void>((resolve) => (onPrinted = resolve));
  const log = (line: LogLine): void => {
    lines.push(line);
    if (line.source !== 'harness') onPrinted();
  };
  const shards = { roots: [root], allowedHosts: [], cache: join(root, 'cache') };
  const options: ExecOptions = {
    command,
    worker: `test-${randomUUID()}`,
    shards: { ...shards, maxBytes: 1e6, timeoutMs: 5000 },
    environment: [],
    log,
    cancelGraceMs: 100,
    termGraceMs: 100,
    backoffMs: 10,
    ...more,
  };
  return { options, root, lines, printed };
}
