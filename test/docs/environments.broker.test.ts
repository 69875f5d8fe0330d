// Every block of docs/environments.md: files are those of the example, and commands end well.
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { root } from './clone.ts';

const page = readFileSync(join(root, 'docs/environments.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({
    language,
    text,
  }),
);
const files = blocks.flatMap(({ language, text }) => {
  const [, name] = /^# (\S+)\n/.exec(text) ?? [];
  return language === 'yaml' && name !== undefined ? [{ name, text }] : [];
});
const commands = blocks.flatMap(({ language, text }) =>
  language === 'sh' ? text.trimEnd().split('\n') : [],
);

const folder = await mkdtemp(join(tmpdir(), 'topo-environments-'));
afterAll(() => rm(folder, { recursive: true }));

/** Each environment of the page is this broker, in a vhost of its own. */
const brokers: Readonly<Record<string, string>> = {
  RABBITMQ_ENDPOINT_DEV: env.RABBITMQ_ENDPOINT,
  RABBITMQ_ENDPOINT_PROD: env.RABBITMQ_ENDPOINT,
  AMQP_URL_DEV: env.AMQP_URL,
  AMQP_URL_PROD: env.AMQP_URL,
};

describe('docs/environments.md', { shuffle: false }, () => {
  let vhost = '';
  beforeAll(async () => {
    vhost = await freshVhost();
    const { cluster_name } = (await api('GET', 'overview')) as { cluster_name: string };
    for (const { name, text } of files) {
      const here = text
        .replaceAll(/rabbit@[\w-]+/g, cluster_name)
        .replace('vhosts: [/]', `vhosts: [${vhost}]`);
      const isTopology = !name.startsWith('environments/');
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), isTopology ? `vhost: ${vhost}\n${here}` : here);
    }
  });

  test('has the files of the example', () => {
    expect(files.map(({ name }) => name)).toContain('environments/prod.yaml');
    for (const { name, text } of files) {
      const example = readFileSync(join(root, 'examples/environments', name), 'utf8');
      const shown = example.replace(/^(?:#.*\n)+/, '');
      expect(text).toBe(`# ${name}\n${shown}`);
    }
  });

  test.each(commands)('%s', async (line) => {
    const [program, ...args] = line.split(' ');
    if (program === 'export') return;
    expect(program).toBe('topo');
    const { code, out, err } = await callTopo([...args, '--quiet'], folder, { ...env, ...brokers });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toBe('');
  });
});
