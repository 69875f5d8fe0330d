// npm run chaos:train -- --runs 200 [--seed 1]: whether runs come to the same model, whatever
// happens to them.
import { cp } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ChaosBroker } from '../../chaos/chaos-broker.ts';
import { copyCode, deleteCode } from '../../chaos/code.ts';
import { runTrainChaos, type TrainChaosReport } from './run.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const started = performance.now();
const code = await copyCode();
const broker = await ChaosBroker.start();
let closing: Promise<void> | undefined;
const close = (): Promise<void> => (closing ??= broker.close().then(() => deleteCode(code)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void close().finally(() => process.exit(130)));
}
const reports: TrainChaosReport[] = [];
try {
  for (let run = 0; run < Number(values.runs); run++) {
    const report = await runTrainChaos({ seed: Number(values.seed) + run, broker, code });
    reports.push(report);
    console.log(lineOf(report));
    if (report.violations.length > 0) await keep(report);
  }
} finally {
  await close();
}
console.log(summaryOf(reports));
if (reports.some(({ violations }) => violations.length > 0)) process.exitCode = 1;

function lineOf({ seed, kills, seconds, faults, violations }: TrainChaosReport): string {
  const what = [...faults].map(([kind, times]) => (times > 1 ? `${kind} x${times}` : kind));
  const verdict = violations.length === 0 ? 'the same model' : 'VIOLATED';
  return `seed ${seed}: ${verdict}, ${kills} kills, ${seconds.toFixed(1)} s: ${what.join(', ')}`;
}

async function keep({ seed, folder, violations }: TrainChaosReport): Promise<void> {
  const kept = `/tmp/topo-chaos-train-${seed}`;
  await cp(folder, kept, { recursive: true });
  for (const violation of violations) console.log(`  VIOLATED: ${violation}`);
  console.log(`  what there is to look at: ${kept}`);
}

function summaryOf(all: readonly TrainChaosReport[]): string {
  const faults = new Map<string, number>();
  for (const report of all) {
    for (const [kind, times] of report.faults) faults.set(kind, (faults.get(kind) ?? 0) + times);
  }
  const kills = all.reduce((sum, report) => sum + report.kills, 0);
  const bad = all.filter(({ violations }) => violations.length > 0);
  const seconds = (performance.now() - started) / 1_000;
  return [
    `${all.length} runs from seed ${values.seed}, ${kills} kills, ${seconds.toFixed(0)} s`,
    ...[...faults]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, times]) => `  ${String(times).padStart(5)}  ${kind}`),
    bad.length === 0
      ? '  all came to the same model'
      : `  VIOLATED in ${bad.length}: seeds ${bad.map(({ seed }) => seed).join(', ')}`,
  ].join('\n');
}
