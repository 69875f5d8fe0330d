// The harness section: the roles of declared objects, by name.
import type { Position } from './problem.ts';

export interface HarnessSection {
  /** The vhost of all names below. */
  readonly vhost: string;
  readonly tasks?: string;
  readonly results?: string;
  readonly dead_letter?: string;
  readonly retry?: readonly string[];
  readonly pool?: string;
  readonly events?: string;
  readonly users?: HarnessUsers;
}

/** Users of the broker whose messages the harness trusts. */
export interface HarnessUsers {
  readonly workers?: readonly string[];
  readonly coordinator?: string;
}

export interface DeclaredHarness {
  readonly section: HarnessSection;
  readonly at: Position;
}

/** A name in the section: its required kind, its role and its place. */
export interface Reference {
  readonly kind: 'exchange' | 'queue';
  /** In words: `results queue`. */
  readonly role: string;
  readonly name: string;
  readonly path: readonly string[];
}

const roles = [
  ['tasks', 'exchange', 'tasks exchange'],
  ['results', 'queue', 'results queue'],
  ['dead_letter', 'queue', 'dead-letter queue'],
  ['pool', 'queue', 'pool queue'],
  ['events', 'exchange', 'events exchange'],
] as const;

export function referencesIn(section: HarnessSection): Reference[] {
  const single = roles.flatMap(([field, kind, role]): Reference[] => {
    const name = section[field];
    return name === undefined ? [] : [{ kind, role, name, path: [field] }];
  });
  return [...single, ...retriesIn(section)];
}

export function retriesIn({ retry = [] }: HarnessSection): Reference[] {
  return retry.map((name, index) => ({
    kind: 'queue',
    role: 'retry queue',
    name,
    path: ['retry', String(index)],
  }));
}
