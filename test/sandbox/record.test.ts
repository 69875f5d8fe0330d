import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSandbox } from '../../src/sandbox/record.ts';
import { sandboxRoot } from './root.ts';

test.each(['', 'null', '{}', '{ "ports": {'])(
  "a record of %j is not taken for topo's",
  async (text) => {
    const folder = join(await sandboxRoot(), 'demo');
    await mkdir(folder);
    await writeFile(join(folder, 'sandbox.json'), text);
    await expect(readSandbox(folder)).rejects.toMatchObject({
      message: `${join(folder, 'sandbox.json')} is not what topo wrote there`,
      hint: `end the RabbitMQ that runs from ${folder}, if any, and delete the folder`,
    });
  },
);
