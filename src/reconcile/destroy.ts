// topo destroy: wants nothing of what the files declare, and leaves everything else alone.
import type { Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import type { Scope } from '../topology/scope.ts';
import type { Refusal } from './plan.generated.ts';

/** Patterns own nothing then; `protect` still counts. */
export function toDestroyed(desired: Desired): Desired {
  return {
    ...desired,
    destroyed: desired.objects,
    objects: new Map(),
    scopes: desired.scopes.map(owningNothing),
    renames: new Map(),
    expectedTypes: new Map(),
    doubts: [],
    warnings: [],
  };
}

const owningNothing = (scope: Scope): Scope => ({
  ...scope,
  manage: { bindings_into: [] },
  removals: [],
});

/** A user who may not see a vhost can't tell it from one that is gone. */
export function warnOfUnseen({ destroyed }: Desired, live: Live): Problem[] {
  return [...(destroyed?.values() ?? [])].flatMap(({ object, at }) =>
    object.kind !== 'vhost' || live.vhosts.has(object.name)
      ? []
      : {
          code: 'no-such-vhost',
          message: `vhost ${quote(object.name)} does not exist on ${live.broker.place}, or this user may not see it`,
          hint: 'unless it is hidden from this user, nothing is left of it to delete',
          at,
        },
  );
}

/** Hints name the verb that the user has called, and nothing is to be declared again. */
export const inWordsOfDestroy = (refusal: Refusal): Refusal => ({
  ...refusal,
  hint: refusal.hint
    .replace('undo the change, or remove', 'remove')
    .replace(/, declare the \w+ again, or /, ', or ')
    .replace('apply it as another administrator', asAnother)
    .replace('topo apply --', 'topo destroy --'),
});

/** What is left to do with the user that topo runs as, and with its rights. */
export const asAnother = 'destroy it as another administrator, or choose the rest with --target';
