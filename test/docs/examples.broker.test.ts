// Every example runs as it stands: the topology*.yaml of a folder in examples are one topology.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { root } from './clone.ts';

const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, files: readdirSync(join(root, 'examples', name)) }))
  .map(({ name, files }) => ({
    name,
    files: files.filter((file) => /^topology.*\.yaml$/.test(file)),
  }))
  .filter(({ files }) => files.length > 0);
const folder = await mkdtemp(join(tmpdir(), 'topo-examples-'));
afterAll(() => rm(folder, { recursive: true }));

/** What topo prints; fails unless it ends well. */
async function topo(...args: string[]): Promise<string> {
  // On a busy machine progress is told, too.
  const { code, out, err } = await callTopo([...args, '--quiet'], folder, env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

describe('the examples', () => {
  test('are found, and listed in their README', () => {
    const readme = readFileSync(join(root, 'examples/README.md'), 'utf8');
    const listed = [...readme.matchAll(/^- \[([\w-]+)\]/gm)].map(([, name]) => name);
    expect(listed).toEqual(expect.arrayContaining(['dead-letter', 'routing', 'team-share']));
    expect(listed).toEqual(expect.arrayContaining(examples.map(({ name }) => name)));
  });

  test.each(examples)('$name', async ({ name, files }) => {
    const vhost = await freshVhost();
    const copies = await Promise.all(files.map((file) => copyInto(vhost, join(name, file))));
    expect(await topo('validate', ...copies)).toContain('valid');
    expect(await topo('apply', ...copies, '--yes')).toMatch(/^Apply: \d+ created/m);
    expect(await queuesOf(vhost)).not.toEqual([]);
    await topo('plan', ...copies, '--detailed-exitcode');
    await topo('export', '--vhost', vhost, '--output', 'exported.yaml');
    await topo('plan', 'exported.yaml', '--detailed-exitcode');
  });
});

/** The example declares no vhost, and so can be given one. */
async function copyInto(vhost: string, file: string): Promise<string> {
  const text = readFileSync(join(root, 'examples', file), 'utf8');
  const copy = join(folder, file.replaceAll('/', '-'));
  await writeFile(copy, `vhost: ${vhost}\n${text}`);
  return copy;
}

const queuesOf = (vhost: string): Promise<unknown> => api('GET', `queues/${vhost}?columns=name`);
