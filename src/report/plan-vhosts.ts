// The vhosts that a plan's heading names.
import { objectOf, type Plan } from '../reconcile/step.ts';

/** Those that would be written, the files' own first; where nothing would be, the files' own. None where that is / alone. */
export function vhostsOf({ vhost, steps, unfinished }: Plan): string[] {
  const written = new Set([
    ...steps.map((step) => objectOf(step).vhost),
    ...unfinished.flatMap(({ put_back }) => put_back.map(vhostOfAddress)),
  ]);
  const named = written.size === 0 ? [vhost] : [...written];
  const inOrder = named.toSorted((a, b) => Number(b === vhost) - Number(a === vhost));
  return inOrder.length === 1 && inOrder[0] === '/' ? [] : inOrder;
}

/** A saved plan may hold anything. */
function vhostOfAddress(address: string): string {
  const part = address.split('/')[1] ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
