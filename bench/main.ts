// npm run bench: every figure is a ratio, measured side by side in one run against one broker, by medians of whole processes.
// npm run bench -- plan delete: only these.
import { deleteSandbox } from '../src/sandbox/stop.ts';
import { startBench, type Bench } from './bench.ts';
import { benchApply } from './apply.ts';
import { benchDelete } from './delete.ts';
import { benchExchangeGap, benchGap } from './gap.ts';
import { benchMemory } from './memory.ts';
import { benchPlan } from './plan.ts';
import { benchStartup } from './startup.ts';

/** A figure, and the bound that it is held against. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly unit: string;
  readonly detail: string;
}

const benches: Record<string, (bench: Bench) => Promise<Figure>> = {
  startup: benchStartup,
  plan: benchPlan,
  apply: benchApply,
  delete: benchDelete,
  memory: benchMemory,
  gap: benchGap,
  'exchange-gap': benchExchangeGap,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
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
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const { value, bound, unit, detail, name: title } = await run(bench);
    const verdict = value <= bound ? 'met' : 'NOT MET';
    console.log(
      `${title}\n  ${value.toFixed(2)}${unit} (at most ${bound}${unit}: ${verdict})  ${detail}`,
    );
  }
} finally {
  await close();
}
