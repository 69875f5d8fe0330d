// What the files say, after variables, for_each and all checks that need no broker.
import type { Address } from './address.ts';
import type { DeclaredHarness } from './harness.ts';
import type { TopologyObject } from './object.ts';
import type { Position, Problem } from './problem.ts';
import type { Scope } from './scope.ts';
import type { Value } from './value.ts';

export interface Declared<T extends TopologyObject = TopologyObject> {
  readonly object: T;
  readonly at: Position;
}

export interface Desired {
  /** The files in their order, and the text of each for code frames. */
  readonly sources: ReadonlyMap<string, string>;
  /** What each file says for itself, in their order. */
  readonly files: ReadonlyMap<string, DesiredFile>;
  /** The vhost of each file, and of each entry that names another. */
  readonly vhosts: ReadonlyMap<string, Position>;
  /** Those that a file declares, beside using them, or gives a default queue type. */
  readonly declaredVhosts: ReadonlyMap<string, DeclaredVhost>;
  readonly objects: ReadonlyMap<Address, Declared>;
  readonly scopes: readonly Scope[];
  /** Where the files may be planned and applied: all of them have to hold. */
  readonly expectations: readonly Expectation[];
  /** Undefined where no file has the section. */
  readonly harness?: DeclaredHarness | undefined;
  readonly outputs: ReadonlyMap<string, Value>;
  /** How many entries of other kinds the files hold: `users` → 1. */
  readonly notPlanned: ReadonlyMap<string, number>;
  /** Problems only if the live object does not already hold exactly this: unknown arguments, odd names. */
  readonly doubts: readonly Doubt[];
  readonly warnings: readonly Problem[];
}

interface DesiredFile {
  /** That of its entries that name none. */
  readonly vhost: string;
  /** Undefined where it owns and protects nothing beside what it declares. */
  readonly scope: Scope | undefined;
  /** Whether RabbitMQ exported it without saying in which vhost its entries are to be: a line at its top does. */
  readonly takesVhost: boolean;
}

/** The environment that a file is meant for. */
export interface Expectation {
  readonly cluster_name: Placed<string> | undefined;
  /** Every vhost that the files write is one of these, and the broker has each. */
  readonly vhosts: Placed<readonly string[]> | undefined;
}

interface Placed<T> {
  readonly value: T;
  readonly at: Position;
}

export interface DeclaredVhost {
  readonly at: Position;
  /** Its default queue type; undefined where no file says. */
  readonly type: string | undefined;
}

export interface Doubt {
  readonly address: Address;
  /** The name of the argument in doubt; null where it is the object's own name. */
  readonly argument: string | null;
  /** Whether RabbitMQ or topo wrote it: then the object is left out where it would be a problem. */
  readonly isExported: boolean;
  readonly problem: Problem;
}
