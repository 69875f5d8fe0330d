// The records of an outbox's first journal: how the publish began, its tasks in order, and its end.
import type { Outgoing } from './task-line.ts';

/** How a publish began: only one with the same beginning resumes it. */
export interface Beginning {
  /** The version of this format. */
  readonly topo_outbox: 1;
  /** Names the journal of its fates. */
  readonly id: string;
  /** The file that the tasks came from, or stdin. */
  readonly source: string;
  /** As the broker calls itself, wherever it is reached. */
  readonly broker: string;
  readonly vhost: string;
  readonly exchange: string;
  /** How its tasks were addressed. */
  readonly addressing: string;
}

export type Entry =
  | { readonly kind: 'beginning'; readonly beginning: Beginning }
  | { readonly kind: 'task'; readonly task: Omit<Outgoing, 'id'> }
  | { readonly kind: 'end' };

export const renderBeginning = (beginning: Beginning): string => JSON.stringify(beginning);

/** The content follows. */
export const headOf = ({ hash, routing_key }: Outgoing): string =>
  `task ${hash} ${JSON.stringify(routing_key)} `;

export const end = 'end';

const taskPattern = /^task (\S+) ("(?:[^"\\]|\\.)*") (.*)$/s;

export function parseEntry(text: string): Entry {
  if (text === end) return { kind: 'end' };
  const [, hash, key, content] = taskPattern.exec(text) ?? [];
  if (hash === undefined || key === undefined || content === undefined) {
    return { kind: 'beginning', beginning: JSON.parse(text) as Beginning };
  }
  const routing_key = JSON.parse(key) as string;
  return { kind: 'task', task: { hash, routing_key, content: Buffer.from(content) } };
}
