import type { Step } from './plan.generated.ts';

/** How many steps of each kind; a binding that comes back with its end counts as restored. */
export function countSteps(steps: readonly Step[]) {
  const counts = { create: 0, replace: 0, delete: 0, restored: 0 };
  for (const { kind, object } of steps) {
    counts[kind === 'replace' && object === 'binding' ? 'restored' : kind]++;
  }
  return counts;
}
