// Topologies of many workers, and a look at which of them the broker has, again and again.
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { api } from '../broker.ts';

export const namesOf = (workers: number): string[] =>
  Array.from({ length: workers }, (_, n) => `worker_${n + 1}`);

/** So many workers' queues, and no others. */
export async function writeWorkers(
  workers: number,
  vhost: string,
  folder: string,
): Promise<string> {
  const names = namesOf(workers);
  const file = join(folder, `${workers}-${vhost}.yaml`);
  const queues = names.map((name) => `  - { name: ${name} }\n`).join('');
  const to = (name: string) => `{ source: tasks, destination: ${name}, routing_key: ${name} }`;
  const bindings = names.map((name) => `  - ${to(name)}\n`).join('');
  const head = `vhost: ${vhost}\nmanage: { queues: [worker_*] }\nexchanges: [{ name: tasks, type: direct }]\n`;
  await writeFile(file, `${head}queues:\n${queues}bindings:\n${bindings}`);
  return file;
}

/** The names of all queues but topo's own. */
export async function readNames(vhost: string): Promise<string[]> {
  const rows = (await api('GET', `queues/${vhost}?disable_stats=true`)) as { name: string }[];
  return rows
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('topo.'))
    .sort();
}

export interface Sample {
  readonly since: number;
  readonly until: number;
  readonly names: string;
}

/** What queues there are, again and again, until it is stopped. */
export function watch(vhost: string): () => Promise<Sample[]> {
  const samples: Sample[] = [];
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const since = Date.now();
      const names = (await readNames(vhost)).join();
      samples.push({ since, until: Date.now(), names });
    }
  })();
  return async () => {
    over.abort();
    await watching;
    return samples;
  };
}
