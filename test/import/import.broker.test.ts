// What a tool made plans to nothing: its file declares exactly what the broker holds.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { atEnd } from '../at-end.ts';
import { env } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { isBefore } from '../version.ts';
import { replay } from './replay.ts';

const cases = new URL('cases/', import.meta.url);

const sources: [tool: string, source: string, prefix: string][] = [
  ['terraform', 'everything/terraform.tfstate', 'tf-'],
  ['pulumi', 'shop/shown.json', 'pl-'],
];

/** The file plans to nothing. `from`: what to import, in the folder. */
async function plansToNothing(tool: string, from: readonly string[], folder: string) {
  const files = ['--output', 'topology.yaml', '--secrets', 'secrets.env'];
  const imported = await callTopo(['import', tool, ...from, ...files], folder, {});
  expect(imported).toMatchObject({ code: 0, out: '' });
  const secrets = parseEnv(await readFile(join(folder, 'secrets.env'), 'utf8'));
  const known = { ...env, ...(secrets as Record<string, string>) };
  const args = ['plan', '--detailed-exitcode', '--allow-env', 'HIDDEN_NAME'];
  const plan = await callTopo(args, folder, known);
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.out).toContain('nothing to do');
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-import-'));
  atEnd(() => rm(folder, { recursive: true }));
  return folder;
}

// They have policies that RabbitMQ 4.0 refuses, such as one that mirrors queues.
describe.runIf(isBefore(4))('what a tool made plans to nothing', () => {
  test.each(sources)('%s', async (tool, source, prefix) => {
    const at = new URL(`${tool}/${source}`, cases);
    const rename = await replay({ requests: new URL('requests.jsonl', at), prefix });
    const folder = await makeFolder();
    await writeFile(join(folder, 'source'), rename(await readFile(at, 'utf8')));
    await plansToNothing(tool, ['source'], folder);
  });

  // SchemaReplication belongs to another product than the broker of the tests.
  test('kubernetes', async () => {
    const at = new URL('kubernetes/everything/', cases);
    const rename = await replay({ requests: new URL('requests.jsonl', at), prefix: 'k8-' });
    const folder = await makeFolder();
    for (const [index, name] of ['broker.yaml', 'users/users.yaml'].entries())
      await writeFile(
        join(folder, `${index}.yaml`),
        rename(await readFile(new URL(name, at), 'utf8')),
      );
    await plansToNothing('kubernetes', ['0.yaml', '1.yaml'], folder);
  });
});
