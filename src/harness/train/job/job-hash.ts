// Tells jobs apart by what their models depend on. Anything else may change while a run is
// interrupted.
import { createHash } from 'node:crypto';
import { quote } from '../../../topology/quote.ts';
import { canonical, toTable } from '../../../topology/value.ts';
import type { Job } from './job.generated.ts';

/** Who trains, when, and what is kept of it: no model depends on these. */
const free = new Set([
  ...['allow_hosts', 'straggler_factor', 'heartbeat', 'max_failures', 'checkpoints', 'store'],
]);

export const jobHash = (job: Job): string =>
  createHash('sha256')
    .update(canonical(toTable(bound(job))))
    .digest('hex');

/** Such as: rounds is 30, and was 20. */
export function differencesOf(job: Job, before: Job): string[] {
  const [now, then] = [leavesOf(bound(job)), leavesOf(bound(before))];
  const names = [...new Set([...then.keys(), ...now.keys()])].sort();
  return names
    .filter((name) => now.get(name) !== then.get(name))
    .map((name) => {
      const [is, was] = [now.get(name), then.get(name)].map((text) => text && shorten(text));
      if (is === undefined) return `${name} is gone, and was ${was ?? ''}`;
      return was === undefined
        ? `${name} is ${is}, and was not there`
        : `${name} is ${is}, and was ${was}`;
    });
}

/** Old jobs without a weight have the default. */
const bound = ({ weight, ...job }: Job): object => ({
  ...Object.fromEntries(Object.entries(job).filter(([name]) => !free.has(name))),
  ...(weight !== 'samples' && { weight }),
});

/** Paths such as model.hyperparameters.hidden, and their values in JSON. */
function leavesOf(value: unknown, path = '', leaves = new Map<string, string>()) {
  if (typeof value !== 'object' || value === null) return leaves.set(path, JSON.stringify(value));
  const entries = Object.entries(value);
  if (entries.length === 0) leaves.set(path, Array.isArray(value) ? '[]' : '{}');
  for (const [name, item] of entries) {
    const step = Array.isArray(value) ? `[${name}]` : /^[\w-]+$/.test(name) ? name : quote(name);
    leavesOf(item, path === '' || step.startsWith('[') ? path + step : `${path}.${step}`, leaves);
  }
  return leaves;
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
