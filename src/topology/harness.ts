// The harness section of the files: who is who, by names of declared objects.
import type { Position } from './problem.ts';

export interface HarnessSection {
  /** Of all its names. */
  readonly vhost: string;
  readonly tasks?: string;
  readonly results?: string;
  readonly dead_letter?: string;
  readonly retry?: readonly string[];
  readonly pool?: string;
  readonly events?: string;
  readonly users?: HarnessUsers;
}

/** Of the broker: whose messages are believed. */
export interface HarnessUsers {
  readonly workers?: readonly string[];
  readonly coordinator?: string;
}

export interface DeclaredHarness {
  readonly section: HarnessSection;
  readonly at: Position;
}

/** A name in the section, what it has to be, and where it stands. */
export interface Reference {
  readonly kind: 'exchange' | 'queue';
  /** What the object is for, in words: `results queue`. */
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

/** All names of the section. */
export function referencesIn(section: HarnessSection): Reference[] {
  const single = roles.flatMap(([field, kind, role]): Reference[] => {
    const name = section[field];
    return name === undefined ? [] : [{ kind, role, name, path: [field] }];
  });
  return [...single, ...retriesIn(section)];
}

export function retriesIn({ retry = [] }: HarnessSection): Reference[] {
  return retry.map((name, index) => ({
    ...{ kind: 'queue', role: 'retry queue', name },
    path: ['retry', String(index)],
  }));
}
