import { isReplacement, type Step } from './step.ts';

/** How many steps of each kind; a binding that comes back with its end counts as restored. */
export function countSteps(steps: readonly Step[]) {
  const counts = { create: 0, replace: 0, delete: 0, restored: 0 };
  for (const step of steps) {
    const isRestored = step.kind === 'replace' && !isReplacement(step);
    counts[isRestored ? 'restored' : step.kind]++;
  }
  return counts;
}
