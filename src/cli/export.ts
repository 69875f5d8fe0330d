// topo export: writes a live broker down as a topology file, or as definitions.
import { exit } from './exit.ts';
import type { ConnectionFlags, FileFlags } from './flags.ts';
import type { Terminal } from './terminal.ts';

export interface ExportFlags extends ConnectionFlags, FileFlags {
  readonly vhost: readonly string[];
  readonly match?: string;
  readonly manage?: boolean;
  readonly format: 'yaml' | 'definitions';
  readonly into?: string;
  readonly output?: string;
}

export function exportLive(_flags: ExportFlags, _terminal: Terminal): Promise<number> {
  return Promise.resolve(exit.done);
}
