import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseTensors } from '../../../src/harness/data/tensors/parse.ts';
import { takenBack, takenBackOnProgress, training } from './exec/trainer.ts';
import {
  evaluationOf,
  examples,
  initial,
  pythonsWith,
  trainingOf,
  withExample,
} from './python-trainers.ts';

const pythons = pythonsWith('torch');
// -r and -t, as PyTorch before 2.0 does not start under Python 3.11 without them.
const torchrun = 'topo_torchrun.py --standalone -r 1 -t 1 --nproc_per_node 2';

const programs = (pythons.length > 0 ? pythons : ['python3']).flatMap((python) => [
  [`${python} train_torch.py`, `${python} '${examples}train_torch.py'`],
  [
    `${python} ${torchrun} train_ddp.py`,
    `${python} '${examples}${torchrun.replace(' ', "' ")} '${examples}train_ddp.py'`,
  ],
]);

describe.skipIf(pythons.length === 0).each(programs)('%s', (_name, command) => {
  test('makes the first parameters, learns, measures, and gives the same bytes again', async () => {
    await withExample(command, async (handler, root) => {
      const first = await handler.train(initial, training());
      const given = trainingOf('t', first.parameters, 300);
      const trained = await handler.train(given, training());
      expect(trained.samples).toBe(200);
      const file = readFileSync(join(root, trained.parameters?.uri ?? ''));
      expect([...parseTensors(file).keys()].sort()).toEqual([
        'hidden.bias',
        'hidden.weight',
        'output.bias',
        'output.weight',
      ]);
      const measured = await handler.train(evaluationOf(trained.parameters), training());
      expect(measured.parameters).toBeUndefined();
      expect(measured.metrics?.['accuracy']).toBeGreaterThan(0.9);
      expect(await handler.train(given, training())).toEqual(trained);
    });
  }, 60_000);

  test('poison is told, and the next task is trained', async () => {
    await withExample(command, async (handler, root) => {
      writeFileSync(join(root, 'garbage.safetensors'), 'garbage');
      const garbage = { ...initial, shard: { uri: 'garbage.safetensors' } };
      await expect(handler.train(garbage, training())).rejects.toMatchObject({ verdict: 'poison' });
      const foreign = trainingOf('t', { uri: 'a.safetensors' });
      await expect(handler.train(foreign, training())).rejects.toMatchObject({ verdict: 'poison' });
      expect((await handler.train(initial, training())).samples).toBe(200);
    });
  }, 60_000);

  test('a task that is taken back ends', async () => {
    await withExample(command, async (handler) => {
      const { parameters } = await handler.train(initial, training());
      const endless = trainingOf('t', parameters, 1e9);
      await expect(handler.train(endless, takenBackOnProgress())).rejects.toBe(takenBack);
      expect((await handler.train(initial, training())).samples).toBe(200);
    });
  }, 60_000);
});
