// Decides what a file owns: its declarations, and all that its manage patterns match. Topo leaves
// everything else alone.
import { matchesGlob } from './glob.ts';
import type { BindingEnd } from './object.ts';

/** The manage and protect patterns of one vhost. */
export interface Scope {
  readonly vhost: string;
  readonly manage: Owned | 'all';
  readonly protect: Patterns;
}

export type Patterns = Readonly<Record<BindingEnd['kind'], readonly string[]>>;

export interface Owned extends Patterns {
  /** Exchanges and queues: the file owns every binding into them, from any exchange. */
  readonly bindings_into: readonly string[];
}

interface Named {
  readonly kind: BindingEnd['kind'];
  readonly vhost: string;
  readonly name: string;
}

export function isManaged(scopes: readonly Scope[], object: Named): boolean {
  return scopes.some(
    (scope) =>
      scope.vhost === object.vhost &&
      (scope.manage === 'all' || matchesAny(scope.manage[object.kind], object.name)),
  );
}

/** Whether the files own every binding into this exchange or queue. */
export function isOwnedInto(scopes: readonly Scope[], { vhost, name }: Named): boolean {
  return scopes.some(({ vhost: own, manage }) => {
    if (own !== vhost || manage === 'all') return false;
    return matchesAny(manage.bindings_into, name);
  });
}

export function isProtected(scopes: readonly Scope[], object: Named): boolean {
  return scopes.some(
    (scope) => scope.vhost === object.vhost && matchesAny(scope.protect[object.kind], object.name),
  );
}

function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, name));
}
