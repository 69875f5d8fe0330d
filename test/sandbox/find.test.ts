import { tmpdir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findRabbitmq } from '../../src/sandbox/find.ts';
import { folderOf } from '../../src/sandbox/sandbox.ts';

test('TOPO_RABBITMQ_SERVER is preferred to what the machine has', async () => {
  const env = { ...process.env, TOPO_RABBITMQ_SERVER: process.execPath };
  expect(await findRabbitmq(env)).toMatchObject({ kind: 'local', server: process.execPath });
});

test.each(['/nowhere/rabbitmq-server', fileURLToPath(import.meta.url), tmpdir()])(
  'TOPO_RABBITMQ_SERVER=%s, which can not be run, is an error',
  async (server) => {
    await expect(findRabbitmq({ TOPO_RABBITMQ_SERVER: server })).rejects.toMatchObject({
      message: `TOPO_RABBITMQ_SERVER is ${server}, which is not an executable program`,
      hint: 'set it to a rabbitmq-server script, or unset it',
    });
  },
);

test('an empty TOPO_RABBITMQ_SERVER counts as none', async () => {
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`;
  const found = await findRabbitmq({ PATH: path, TOPO_RABBITMQ_SERVER: '' });
  expect(found).toEqual(await findRabbitmq({ PATH: path }));
});

test.each(['demo', 'a', 'run-123', 'A_b'])('a sandbox may be named %s', (name) => {
  expect(folderOf('/root', name)).toBe(`/root/${name}`);
});

test.each(['', '..', '.', 'a/b', '-a', 'ü', 'a b', 'x'.repeat(41)])(
  'a sandbox may not be named %j',
  (name) => {
    expect(() => folderOf('/root', name)).toThrow(
      `a sandbox can't be named ${JSON.stringify(name)}`,
    );
  },
);
