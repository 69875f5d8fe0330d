// Decides what a file owns: its declarations, and all that its manage patterns match. Topo leaves
// everything else alone.
import { matchesGlob } from './glob.ts';
import type { Ownable } from './kinds/kind.ts';
import { isBindingEnd, type Queue } from './object.ts';
import type { Position } from './problem.ts';

/** The manage and protect patterns of one vhost. */
export interface Scope {
  readonly vhost: string;
  readonly manage: Owned | 'all';
  readonly protect: Patterns;
  /** What becomes of queues that are no longer declared, where the file says so. */
  readonly removals?: readonly Removal[];
}

/** From the strictest on. */
const removalRules = ['refuse', 'drain', 'delete-if-empty'] as const;

type OnRemove = (typeof removalRules)[number];

export interface Removal {
  /** The pattern of the queues. */
  readonly match: string;
  readonly on_remove: OnRemove;
  readonly at: Position;
}

export type Patterns = Readonly<Partial<Record<Ownable, readonly string[]>>>;

export interface Owned extends Patterns {
  /** Exchanges and queues: the file owns every binding into them, from any exchange. */
  readonly bindings_into: readonly string[];
}

interface Named {
  readonly kind: Ownable;
  readonly vhost: string | null;
  readonly name: string;
}

/** `all` means exchanges, queues and bindings: patterns alone own other kinds. */
export const isManaged = (scopes: readonly Scope[], object: Named): boolean =>
  scopes.some(
    (scope) =>
      reaches(scope, object) &&
      (scope.manage === 'all'
        ? isBindingEnd(object)
        : matchesAny(scope.manage[object.kind], object)),
  );

/** Whether the files own every binding into this exchange or queue. */
export const isOwnedInto = (scopes: readonly Scope[], object: Named): boolean =>
  scopes.some(
    (scope) =>
      reaches(scope, object) &&
      scope.manage !== 'all' &&
      matchesAny(scope.manage.bindings_into, object),
  );

export const isProtected = (scopes: readonly Scope[], object: Named): boolean =>
  scopes.some((scope) => reaches(scope, object) && matchesAny(scope.protect[object.kind], object));

/** The strictest rule for a queue that is no longer declared; undefined if none is said. */
export function removalOf(scopes: readonly Scope[], queue: Queue): Removal | undefined {
  const matching = scopes
    .filter((scope) => reaches(scope, queue))
    .flatMap(({ removals = [] }) => removals)
    .filter(({ match }) => matchesGlob(match, queue.name));
  return strictest(matching);
}

export const strictest = (removals: readonly Removal[]): Removal | undefined =>
  removalRules.flatMap((rule) => removals.find(({ on_remove }) => on_remove === rule) ?? [])[0];

/** Permissions belong to their users: patterns of users reach into every vhost of the files. */
const everywhere: ReadonlySet<Ownable> = new Set(['permission', 'topic_permission']);

const reaches = ({ vhost }: Scope, object: Named): boolean =>
  object.vhost === null || object.vhost === vhost || everywhere.has(object.kind);

const matchesAny = (patterns: readonly string[] = [], { name }: Named): boolean =>
  patterns.some((pattern) => matchesGlob(pattern, name));
