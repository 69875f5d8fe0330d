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

describe.each([
  ['terraform', 'everything/terraform.tfstate', 'tf-'],
  ['pulumi', 'shop/shown.json', 'pl-'],
])('%s', (tool, source, prefix) => {
  // It has a policy that mirrors queues, which RabbitMQ 4.0 refuses.
  test.runIf(isBefore(4))('what it made plans to nothing', async () => {
    const at = new URL(`${tool}/${source}`, cases);
    const rename = await replay({ requests: new URL('requests.jsonl', at), prefix });
    const folder = await mkdtemp(join(tmpdir(), 'topo-import-'));
    atEnd(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'source'), rename(await readFile(at, 'utf8')));
    const files = ['--output', 'topology.yaml', '--secrets', 'secrets.env'];
    const imported = await callTopo(['import', tool, 'source', ...files], folder, {});
    expect(imported).toMatchObject({ code: 0, out: '' });
    const secrets = parseEnv(await readFile(join(folder, 'secrets.env'), 'utf8'));
    const known = { ...env, ...(secrets as Record<string, string>) };
    const args = ['plan', '--detailed-exitcode', '--allow-env', 'HIDDEN_NAME'];
    const plan = await callTopo(args, folder, known);
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.out).toContain('nothing to do');
  });
});
