// Models as files of a folder of the test's own, and what is made of them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'node:crypto';
import { mean } from '../../../../src/harness/train/parameters/mean.ts';
import type { StoredFile } from '../../../../src/harness/train/parameters/stored-file.ts';
import { parseTensors } from '../../../../src/harness/data/tensors/parse.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import type { Tensors } from '../../../../src/harness/data/tensors/tensors.ts';
import type { ParameterStore } from '../../../../src/harness/train/parameters/parameter-store.ts';
import type { Stored } from '../../../../src/harness/train/model/unit.ts';
import type { Aggregated, Aggregation } from './whole-models.ts';

export const hashOf = (bytes: Uint8Array): string => hash('sha256', bytes);

export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-models-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

let files = 0;

export async function fileOf(folder: string, bytes: Uint8Array): Promise<StoredFile> {
  const path = join(folder, `${++files}.safetensors`);
  await writeFile(path, bytes);
  return { path, sha256: hashOf(bytes) };
}

/** By way of files. */
export const meanOf = ({ base, momentum, parts, optimizer }: Aggregation): Promise<Aggregated> =>
  withFolder(async (folder) => {
    const file = (tensors: Tensors) => fileOf(folder, renderTensors(tensors));
    const to = { parameters: join(folder, 'parameters'), momentum: join(folder, 'momentum') };
    const named = await Promise.all(
      parts.map(async ({ tensors, samples }) => ({ ...(await file(tensors)), samples })),
    );
    const before = momentum && (await file(momentum));
    const order = { base: await file(base), momentum: before, parts: named, optimizer, to };
    const made = await mean(order);
    const read = async (path: string) => parseTensors(new Uint8Array(await readFile(path)));
    const parameters = await read(to.parameters);
    return made.momentum ? { parameters, momentum: await read(to.momentum) } : { parameters };
  });

/** What the store says of these bytes. */
export const storedOf = (bytes: Buffer): Stored => ({ sha256: hashOf(bytes), bytes: bytes.length });

/** A model of no use, and like no other. */
export const textModel = (text: string): Buffer => {
  const data = Buffer.from(text);
  return renderTensors(new Map([['text', { dtype: 'U8', shape: [data.length], data }]]));
};

/** Puts a model into a store. */
export const put = (store: ParameterStore, bytes: Buffer): Promise<Stored> =>
  store.take({ from: { kind: 'base64', text: bytes.toString('base64'), name: 'the test' } });
