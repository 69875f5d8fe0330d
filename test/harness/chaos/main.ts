// npm run chaos -- --tasks 100000 --kills 200 [--topology plain] [--seed 1]: how many tasks outlive
// how many kills.
import { mkdir, cp } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ChaosBroker } from './chaos-broker.ts';
import { copyCode, deleteCode } from './code.ts';
import { fullFaults } from './mixes.ts';
import type { TopologyKind } from './options.ts';
import { renderReport } from './render-report.ts';
import { runChaos } from './run.ts';

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '200' },
    topology: { type: 'string', default: 'hardened' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    workers: { type: 'string', default: '4' },
  },
});
const tasks = Number(values.tasks);
const code = await copyCode();
const broker = await ChaosBroker.start();
let closing: Promise<void> | undefined;
const close = (): Promise<void> => (closing ??= broker.close().then(() => deleteCode(code)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void close().finally(() => process.exit(130)));
}
try {
  const report = await runChaos({
    ...{ tasks, code, broker, seed: Number(values.seed), workers: Number(values.workers) },
    topology: values.topology as TopologyKind,
    ...{ batch: 2_500, concurrency: 16, prefetch: 100, task_time: 4 },
    faults: fullFaults(Number(values.kills)),
    ...{ amqp_heartbeat: 5, quiet: 2_500 },
    patience: 3_600_000,
    say: (line) => console.error(line),
  });
  console.log(renderReport(report));
  if (report.violations.length > 0) {
    process.exitCode = 1;
    const kept = `/tmp/topo-chaos-${report.seed}`;
    await mkdir(kept, { recursive: true });
    await cp(report.folder, kept, { recursive: true });
    console.log(`what there is to look at: ${kept}`);
  }
} finally {
  await close();
}
