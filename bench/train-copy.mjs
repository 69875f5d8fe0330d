// A trainer that only takes time: returns its parameters, or 100,000 zeros, after the task's
// milliseconds times BENCH_FACTOR.
import { Buffer } from 'node:buffer';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const floats = 100_000;

export async function train(task, { outputPath }) {
  const { milliseconds } = task.hyperparameters;
  const factor = Number(process.env.BENCH_FACTOR ?? 1);
  await sleep(milliseconds * factor);
  if (task.hyperparameters.evaluate) return { metrics: { loss: 0 } };
  const path = outputPath('.safetensors');
  await writeFile(`${path}.new`, task.parameters ? await readFile(task.parameters.path) : zeros());
  await rename(`${path}.new`, path);
  return { samples: 1, metrics: { loss: 0 }, parameters: { uri: path } };
}

function zeros() {
  const tensor = { dtype: 'F32', shape: [floats], data_offsets: [0, 4 * floats] };
  const json = JSON.stringify({ weights: tensor });
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(4 * floats)]);
}
