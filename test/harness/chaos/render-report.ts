// A report for people.
import type { ChaosReport } from './options.ts';

export function renderReport(report: ChaosReport): string {
  const { topology, seed, tasks, results, dead_letters, duplicates, faults } = report;
  const { kills, reconnects, seconds, violations } = report;
  const kinds = [...faults].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `${topology}, seed ${seed}: ${tasks} tasks, ${kills} kills, ${seconds.toFixed(1)} s`,
    `  ${results} results, ${dead_letters} dead letters, ${duplicates} duplicates, ${reconnects} reconnects`,
    ...kinds.map(([kind, times]) => `  ${String(times).padStart(5)}  ${kind}`),
    ...(violations.length === 0
      ? ['  nothing lost, nothing left']
      : violations.map((one) => `  VIOLATED: ${one}`)),
  ].join('\n');
}
