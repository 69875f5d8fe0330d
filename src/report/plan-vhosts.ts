// Names the vhosts in a plan's heading.
import { objectOf, type Plan } from '../reconcile/step.ts';

/**
 * The vhosts that would be written, the files' own first; without steps, the files' own. None if
 * that is only /.
 */
export function vhostsOf({ vhost, steps, unfinished }: Plan): string[] {
  const written = new Set([
    ...steps.flatMap((step) => objectOf(step).vhost ?? []),
    ...unfinished.flatMap(({ put_back }) => put_back.map(vhostOfAddress)),
  ]);
  const named = written.size === 0 ? [vhost] : [...written];
  const inOrder = named.toSorted((a, b) => Number(b === vhost) - Number(a === vhost));
  return inOrder.length === 1 && inOrder[0] === '/' ? [] : inOrder;
}

/** A saved plan may hold any text. */
function vhostOfAddress(address: string): string {
  const part = address.split('/')[1] ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
