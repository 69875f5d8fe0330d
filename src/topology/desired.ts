// The desired state: the content of the files once variables and for_each are expanded and every
// check that needs no broker has passed.
import type { Address } from './address.ts';
import type { DeclaredHarness } from './harness.ts';
import type { TopologyObject } from './object.ts';
import type { Position, Problem } from './problem.ts';
import type { Scope } from './scope.ts';
import type { Value } from './value.ts';

export interface Declared<T extends TopologyObject = TopologyObject> {
  readonly object: T;
  readonly at: Position;
  /** The overlay of an environment that has changed it. */
  readonly overlaid?: Position;
  /** Finds the place of a field; only for kinds whose fields are checked against the broker. */
  readonly find?: (path: readonly string[]) => Position;
}

export interface Desired {
  /** The text of each file for code frames, in the order of the files. */
  readonly sources: ReadonlyMap<string, string>;
  /** The settings of each file, in order. */
  readonly files: ReadonlyMap<string, DesiredFile>;
  /** The vhost of each file, and of each entry that names another. */
  readonly vhosts: ReadonlyMap<string, Position>;
  /** The default queue types of vhosts, as RabbitMQ exports them with the content of one vhost. */
  readonly expectedTypes: ReadonlyMap<string, ExpectedType>;
  readonly objects: ReadonlyMap<Address, Declared>;
  /** What topo destroy deletes: the files declare it, and it is wanted no longer. */
  readonly destroyed?: ReadonlyMap<Address, Declared>;
  /** By the queue that is renamed. */
  readonly renames?: ReadonlyMap<Address, Rename>;
  /** The one that was chosen with --environment. */
  readonly environment?: ChosenEnvironment | undefined;
  readonly scopes: readonly Scope[];
  /** The environments that the files allow; all must hold. */
  readonly expectations: readonly Expectation[];
  /** Undefined if no file has the section. */
  readonly harness?: DeclaredHarness | undefined;
  readonly outputs: ReadonlyMap<string, Value>;
  /** Unknown arguments and odd names: problems unless the live object has exactly the same. */
  readonly doubts: readonly Doubt[];
  readonly warnings: readonly Problem[];
}

export interface Rename {
  /** The queue that takes over. */
  readonly to: Address;
  /** The name that it had. */
  readonly from: string;
  readonly at: Position;
}

interface DesiredFile {
  /** The vhost of entries that name none. */
  readonly vhost: string;
  /** Undefined if the file manages and protects nothing beyond what it declares. */
  readonly scope: Scope | undefined;
  /** Whether it is a RabbitMQ export that names no vhost: a line at its top can set one. */
  readonly takesVhost: boolean;
}

export interface ChosenEnvironment {
  readonly name: string;
  /** The environment variable that holds the broker's URL. */
  readonly endpoint_env: Placed<string> | undefined;
}

/** The environment that a file is for. */
export interface Expectation {
  readonly cluster_name: Placed<string> | undefined;
  /** The oldest version of RabbitMQ that will do, such as 4.0. */
  readonly min_version: Placed<string> | undefined;
  /** The only vhosts that the files may use; the broker must have each. */
  readonly vhosts: Placed<readonly string[]> | undefined;
}

interface Placed<T> {
  readonly value: T;
  readonly at: Position;
}

export interface ExpectedType {
  readonly at: Position;
  readonly type: string;
}

export interface Doubt {
  readonly address: Address;
  /** The doubtful argument; null if the object's own name is in doubt. */
  readonly argument: string | null;
  /** Whether RabbitMQ or topo exported the file: then leave the object out instead of failing. */
  readonly isExported: boolean;
  readonly problem: Problem;
}
