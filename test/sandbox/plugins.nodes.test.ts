import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endpointOf, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox, stopSandbox } from '../../src/sandbox/stop.ts';
import { api } from '../broker.ts';
import { readInstallation, sandboxRoot } from './root.ts';

test('a restart keeps the plugins that were enabled, and the management plugin among them', async () => {
  const installation = await readInstallation();
  const options = { root: await sandboxRoot(), name: 'demo', installation };
  const sandbox = await startSandbox(options);
  onTestFinished(() => deleteSandbox(sandbox));
  const file = join(sandbox.folder, 'enabled_plugins');
  expect(await readFile(file, 'utf8')).toBe('[rabbitmq_management].\n');
  await stopSandbox(sandbox);
  await writeFile(file, '% by hand\n[\n  rabbitmq_consistent_hash_exchange ].\n');
  expect(await readExchangeTypes(await startSandbox(options))).toContain('x-consistent-hash');
  expect(await readFile(file, 'utf8')).toBe(
    '[rabbitmq_management,rabbitmq_consistent_hash_exchange].\n',
  );
});

async function readExchangeTypes(sandbox: Sandbox): Promise<string[]> {
  const overview = await api('GET', 'overview', undefined, endpointOf(sandbox));
  const { exchange_types } = overview as { exchange_types: { name: string }[] };
  return exchange_types.map(({ name }) => name);
}
