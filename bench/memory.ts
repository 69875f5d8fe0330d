// Measures the peak memory of a plan of 100,000 objects in sync.
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { api, freshVhost, script, type Bench } from './bench.ts';
import type { Figure } from './main.ts';
import { definitionsOf, yamlOf } from './topologies.ts';

/** With as many bindings, 100,000 objects. */
const count = 50_000;
const part = 10_000;

export async function benchMemory(bench: Bench): Promise<Figure> {
  const file = join(bench.folder, 'memory.yaml');
  await writeFile(file, yamlOf('memory', count));
  await freshVhost(bench, 'memory');
  for (let from = 0; from < count; from += part) {
    await api(bench, 'POST', 'definitions/memory', definitionsOf(undefined, from + part, from));
  }
  // With it, the exit code says whether the plan found all objects in sync.
  const plan = ['plan', file, '--timeout', '300', '--detailed-exitcode'];
  const peak = await peakOf(script('peak-memory.mjs', 'main.js', ...plan), bench);
  return {
    name: 'peak memory of a plan of 100,000 objects',
    value: peak / 1024 ** 2,
    bound: 1.2,
    unit: ' GiB',
    detail: 'resident, as the operating system counts it',
  };
}

/** KiB. */
async function peakOf(command: readonly string[], { env }: Bench): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const peak = /^peak memory (\d+) KiB$/m.exec(errors)?.[1];
  if (code !== 0 || peak === undefined) throw new Error(`ended with ${String(code)}: ${errors}`);
  return Number(peak);
}
