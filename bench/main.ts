// npm run bench: every figure is a ratio, measured side by side in one run against one broker, by
// medians of whole processes. npm run bench -- plan harness runs only these; harness stands for all
// harness-…, peers for all peers-….
import { deleteSandbox } from '../src/sandbox/stop.ts';
import { startBench, type Bench } from './bench.ts';
import { benchApply } from './apply.ts';
import { benchExchangeGap, benchGap } from './gap.ts';
import { harnessBenches } from './harness.ts';
import { benchImport } from './import.ts';
import { benchMemory } from './memory.ts';
import { benchModels } from './models.ts';
import { benchCelery } from './peers/celery.ts';
import { benchFlower } from './peers/flower.ts';
import { benchOpentofu } from './peers/opentofu.ts';
import { benchMigrate } from './migrate.ts';
import { benchMove } from './move.ts';
import { benchPlan } from './plan.ts';
import { benchStartup } from './startup.ts';
import { benchTrain } from './train.ts';

/** A figure and its bound. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Missing if the figure only puts another into perspective. */
  readonly bound?: number;
  /** At most, unless this says otherwise. */
  readonly is?: 'at least';
  readonly unit: string;
  readonly detail: string;
}

const benches: Record<string, (bench: Bench) => Promise<Figure | Figure[]>> = {
  startup: benchStartup,
  plan: benchPlan,
  apply: benchApply,
  import: benchImport,
  memory: benchMemory,
  move: benchMove,
  migrate: benchMigrate,
  gap: benchGap,
  'exchange-gap': benchExchangeGap,
  ...harnessBenches,
  train: benchTrain,
  models: benchModels,
  'peers-opentofu': benchOpentofu,
  'peers-celery': benchCelery,
  'peers-flower': benchFlower,
};

const groups = ['harness', 'peers'];
const wanted = process.argv.slice(2);
const isMeant = (name: string, by: string): boolean =>
  name === by || (groups.includes(by) && name.startsWith(`${by}-`));
const unknown = wanted.filter((by) => !Object.keys(benches).some((name) => isMeant(name, by)));
if (unknown.length > 0) {
  throw new Error(
    `no such bench: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`,
  );
}

const bench = await startBench();
let closing: Promise<void> | undefined;
const close = (): Promise<void> =>
  (closing ??= deleteSandbox(bench.sandbox).then(() => bench.close()));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void close().finally(() => process.exit(130)));
}
try {
  for (const [name, run] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.some((by) => isMeant(name, by))) continue;
    for (const figure of [await run(bench)].flat()) console.log(render(figure));
  }
} finally {
  await close();
}

function render({ name, value, bound, is, unit, detail }: Figure): string {
  const figure = `${name}\n  ${value.toFixed(2)}${unit}`;
  if (bound === undefined) return `${figure}  ${detail}`;
  const isMet = is === 'at least' ? value >= bound : value <= bound;
  const verdict = `${is ?? 'at most'} ${bound}${unit}: ${isMet ? 'met' : 'NOT MET'}`;
  return `${figure} (${verdict})  ${detail}`;
}
