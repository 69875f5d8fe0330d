// Threads that work with parameters, as they were built: what comes of an order is what comes of it
// here, and nobody waits for a big one.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mean } from '../../../../src/harness/train/parameters/mean.ts';
import { take } from '../../../../src/harness/train/parameters/take.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import { atEnd } from '../../../at-end.ts';
import { fileOf, hashOf, withFolder } from './model-files.ts';

const built = new URL('../../../../unbundled/harness/train/parameters/threads.js', import.meta.url)
  .href;
const { ParameterThreads } = (await import(
  built
)) as typeof import('../../../../src/harness/train/parameters/threads.ts');

const threads = new ParameterThreads();
atEnd(() => threads.close());

const modelOf = (values: number, first: number): Buffer => {
  const data = new Uint8Array(new Float32Array(values).fill(first, 0, 1).buffer);
  return renderTensors(new Map([['w', { dtype: 'F32', shape: [values], data }]]));
};
const megabytes = 64;
const big = modelOf(megabytes * 250_000, 1);

/** The second is hashed in a thread beside the one that makes the mean. */
test.each([9, 3_000_000])(
  'they take parameters of %i values, and make the mean of them, as this thread does',
  (values) => withFolder((folder) => makeBoth(folder, values)),
);

async function makeBoth(folder: string, values: number): Promise<void> {
  const files = await Promise.all(
    [0, 1, 2].map(async (n) => ({ ...(await fileOf(folder, modelOf(values, n))), samples: n })),
  );
  const [base = { path: '', sha256: '' }, ...parts] = files;
  const fit = { base: base.path, momentum: undefined, weight: 1, parts: 2 };
  const optimizer = { kind: 'nesterov', learning_rate: 0.7, momentum: 0.9 } as const;
  for (const [name, work] of Object.entries({ here: { take, mean }, there: threads })) {
    const path = (what: string) => join(folder, `${name} ${what}`);
    const from = { kind: 'named', uri: parts[0]?.path ?? '', roots: [folder] } as const;
    const taken = await work.take({ from, to: path('copy'), fit: { ...fit, optimizer } });
    expect(taken).toEqual({ sha256: parts[0]?.sha256, bytes: modelOf(values, 1).length });
    const to = { parameters: path('made'), momentum: path('moved') };
    await work.mean({ base, momentum: undefined, parts, optimizer, to });
  }
  for (const what of ['copy', 'made', 'moved'])
    expect(hashOf(await readFile(join(folder, `there ${what}`)))).toBe(
      hashOf(await readFile(join(folder, `here ${what}`))),
    );
}

test('what goes wrong there arrives as what it is', () =>
  withFolder(async (folder) => {
    await writeFile(join(folder, 'text'), 'no model at all');
    const from = (name: string) => ({ kind: 'file', path: join(folder, name) }) as const;
    await expect(threads.take({ from: from('text') })).rejects.toMatchObject({
      ...{ name: 'ExpectedError', message: expect.stringMatching(/no safetensors file/) as string },
      hint: expect.stringMatching(/write it with/) as string,
    });
    await expect(threads.take({ from: from('gone') })).rejects.toMatchObject({
      ...{ name: 'ParameterFault', message: `${join(folder, 'gone')} can't be read: ENOENT` },
      hint: expect.stringMatching(/put it back/) as string,
    });
    const { path } = await fileOf(folder, modelOf(9, 0));
    const to = join(folder, 'text', 'copy');
    const taking = threads.take({ from: { kind: 'file', path }, to });
    await expect(taking).rejects.toMatchObject({ code: 'ENOTDIR', syscall: 'open' });
  }));

test(`this thread goes on while ${megabytes} MB are taken, and a small model does not wait for them`, () =>
  withFolder(async (folder) => {
    const { path } = await fileOf(folder, big);
    const small = await fileOf(folder, modelOf(9, 0));
    const look = () => threads.take({ from: { kind: 'file', path: small.path } });
    // By the two threads that there are from here on.
    await Promise.all([look(), look()]);
    const order: string[] = [];
    const taking = threads
      .take({ from: { kind: 'file', path }, to: join(folder, 'copy') })
      .then(() => order.push('big'));
    void look().then(() => order.push('small'));
    let turns = 0;
    for (; order.length < 2; turns++) await turn();
    await taking;
    expect(order).toEqual(['small', 'big']);
    expect(turns).toBeGreaterThan(100);
  }));

test('when they are closed, what is under way fails, and what comes later', () =>
  withFolder(async (folder) => {
    const { path } = await fileOf(folder, big);
    const own = new ParameterThreads();
    const settled = Promise.allSettled(
      Array.from({ length: 40 }, () => own.take({ from: { kind: 'file', path } })),
    );
    await own.close();
    for (const one of await settled)
      expect(one).toMatchObject({ status: 'rejected', reason: { name: 'ParameterFault' } });
    await expect(own.take({ from: { kind: 'file', path } })).rejects.toThrow(/they are closed/);
  }));
