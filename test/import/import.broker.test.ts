// What a tool made plans to nothing: its file declares exactly what the broker holds.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const known = { ...env, ...sourced('secrets.env', folder) };
  const args = ['plan', '--detailed-exitcode', '--allow-env', 'HIDDEN_NAME'];
  const plan = await callTopo(args, folder, known);
  expect(plan).toMatchObject({ code: 0 });
  expect(plan.out).toContain('nothing to do');
}

/** The variables that a shell knows once it has read the file. */
function sourced(file: string, folder: string): Record<string, string> {
  const lines = execFileSync('sh', ['-ac', `. ./${file}; env -0`], { cwd: folder, env: {} });
  const pairs = lines.toString().split('\0').slice(0, -1);
  return Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
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
