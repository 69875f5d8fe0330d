// Clients, plans and a sandbox's own data know it by its node's name.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSandbox } from '../../src/sandbox/record.ts';
import { nodeNameOf } from '../../src/sandbox/sandbox.ts';
import { nobody, writeFormerRecord } from './former-record.ts';
import { sandboxRoot } from './root.ts';

test('sandboxes of one name in two folders have different nodes', () => {
  expect(nodeNameOf('/home/a/.topo/demo')).toMatch(/^topo-demo-[0-9a-f]{8}@localhost$/);
  expect(nodeNameOf('/home/b/.topo/demo')).not.toBe(nodeNameOf('/home/a/.topo/demo'));
});

test.each([
  [{ kind: 'local', node: nobody, epmd: nobody }, 'topo-demo@localhost'],
  [{ kind: 'docker', container: 'topo-demo-0' }, 'rabbit@localhost'],
])(
  'a sandbox from before, run by %j, keeps the name that its data is bound to',
  async (runner, nodeName) => {
    const folder = join(await sandboxRoot(), 'demo');
    await mkdir(folder, { mode: 0o700 });
    await writeFormerRecord(folder, runner);
    expect(await readSandbox(folder)).toMatchObject({ nodeName });
  },
);
