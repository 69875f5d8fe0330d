// Which live objects an export holds.
import { endsOf } from '../topology/address.ts';
import { matchesGlob } from '../topology/glob.ts';
import type { Live, LiveBinding, LiveObject } from '../topology/live.ts';

/** Everything but the broker's own; with a pattern, what matches it and the bindings at it. */
export function selectLive(live: Live, match: string | undefined): LiveObject[] {
  const isChosen = (name: string): boolean => match === undefined || matchesGlob(match, name);
  return [...live.objects.values()].filter((object) => {
    if (object.kind !== 'binding') return !object.system && isChosen(object.name);
    return (
      !isBoundToSystem(object, live) && (isChosen(object.source) || isChosen(object.destination))
    );
  });
}

/** A binding of amq.direct and its kin is the user's; one to an exclusive queue is not. */
function isBoundToSystem(binding: LiveBinding, live: Live): boolean {
  const { destination } = endsOf(binding);
  const end = live.objects.get(destination);
  return end === undefined || (end.kind === 'queue' && end.system);
}
