// What is applied and killed, and what must stand whatever it was killed at.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { api, inVhost } from '../broker.ts';
import { withoutClassic } from '../version.ts';
import { applyUntil, directly, type Killed, type Point, type Way } from './killed-apply.ts';
import { runTopo } from './topo.ts';

export interface World {
  /** Of a file, without its vhost. */
  readonly yaml: string;
  readonly arrange: (vhost: string) => Promise<void>;
  /** What `standing` gives once all is done. */
  readonly wanted: readonly string[];
}

const durable = { durable: true };
/**
 * Sends again if the broker has just closed the connection, as it does after some requests: doing
 * it twice changes nothing.
 */
const send = (...request: Parameters<typeof api>): Promise<unknown> =>
  api(...request).catch((error: unknown) => {
    if (error instanceof TypeError) return api(...request);
    throw error;
  });
const put = (path: string, body: object): Promise<unknown> => send('PUT', path, body);
const bind = (vhost: string, ends: string, routing_key: string, args: object = {}) =>
  send('POST', `bindings/${vhost}/e/${ends}`, { routing_key, arguments: args });

/**
 * A topic exchange and a shorter queue with a binding between them, and bindings that no file
 * declares.
 */
export const exchangeAndQueue: World = {
  yaml: `exchanges: [{ name: x, type: topic }]
queues: [{ name: q, arguments: { x-max-length: 5 } }]
bindings: [{ source: x, destination: q, routing_key: c }]`,
  async arrange(vhost) {
    for (const name of ['x', 'up']) {
      await put(`exchanges/${vhost}/${name}`, { type: 'direct', ...durable });
    }
    for (const name of ['q', 'theirs']) await put(`queues/${vhost}/${name}`, durable);
    await bind(vhost, 'x/q/theirs', 'a');
    await bind(vhost, 'x/q/theirs', 'b ü', { note: 1 });
    await bind(vhost, 'x/q/q', 'c');
    await bind(vhost, 'up/e/x', 'd');
    await bind(vhost, 'amq.topic/q/q', 'e.#');
  },
  wanted: [
    'amq.topic > q e.# {}',
    'exchange up direct',
    'exchange x topic',
    'queue q {"x-max-length":5}',
    'queue theirs {}',
    'up > x d {}',
    'x > q c {}',
    'x > theirs a {}',
    'x > theirs b ü {"note":1}',
  ],
};

/** So many queues, each with a binding that no file declares. */
export function manyQueues(count: number, type: 'classic' | 'quorum'): World {
  const names = Array.from({ length: count }, (_, n) => `q${n + 1}`);
  return {
    yaml: `queues:
  - for_each: { n: '1..${count}' }
    name: q\${n}
    type: ${type}
    arguments: { x-max-length: 5 }`,
    async arrange(vhost) {
      const args = type === 'classic' ? {} : { 'x-queue-type': type };
      await Promise.all(
        names.map(async (name) => {
          await put(`queues/${vhost}/${name}`, { ...durable, arguments: args });
          await bind(vhost, `amq.topic/q/${name}`, `theirs.${name}`);
        }),
      );
    },
    wanted: names
      .flatMap((name) => [
        `amq.topic > ${name} theirs.${name} {}`,
        `queue ${name} ${type === 'classic' ? '{"x-max-length":5}' : '{"x-max-length":5,"x-queue-type":"quorum"}'}`,
      ])
      .sort(),
  };
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly destination: string;
  readonly routing_key: string;
}

const read = async (list: string, vhost: string): Promise<Row[]> =>
  (await send('GET', `${list}/${vhost}`)) as Row[];
const args = ({ arguments: all }: Row): string =>
  JSON.stringify(Object.fromEntries(Object.entries(withoutClassic(all)).sort()));

/** Read without any code of ours: what a rehearsal left is not counted, a record is. */
async function standing(vhost: string): Promise<string[]> {
  const [exchanges, queues, bindings] = await Promise.all([
    read('exchanges', vhost),
    read('queues', vhost),
    read('bindings', vhost),
  ]);
  return [
    ...exchanges
      .filter(({ name }) => !/^(amq\..*)?$/.test(name))
      .map(({ name, type }) => `exchange ${name} ${type}`),
    ...queues.map((row) => `queue ${row.name} ${args(row)}`),
    ...bindings
      .filter(({ source }) => source !== '')
      .map((row) => `${row.source} > ${row.destination} ${row.routing_key} ${args(row)}`),
  ]
    .filter((text) => !text.includes('.topo-rehearsal-'))
    .sort();
}

const begin = async (world: World, vhost: string, folder: string): Promise<string> => {
  await world.arrange(vhost);
  const file = join(folder, `${vhost}.yaml`);
  await writeFile(file, `vhost: ${vhost}\n${world.yaml}\n`);
  return file;
};

/** How much a run that nobody kills says. */
export const countSaid = (world: World, way: Way, folder: string): Promise<number> =>
  inVhost(async (vhost) => {
    const file = await begin(world, vhost, folder);
    return (await applyUntil(undefined, [file], { way, cwd: folder })).said;
  });

export interface Fared {
  readonly kills: readonly Killed[];
  /** Of the run that was left alone. */
  readonly code: number | null;
  readonly wrong: readonly string[];
}

/**
 * Kills at each of the points in turn, then applies to the end; each run from a folder of its own,
 * as in CI.
 */
export const killAndApply = (
  world: World,
  way: Way,
  points: readonly Point[],
  folder: string,
): Promise<Fared> =>
  inVhost(async (vhost) => {
    const file = await begin(world, vhost, folder);
    const elsewhere = (): Promise<string> => mkdtemp(join(folder, 'elsewhere-'));
    const kills: Killed[] = [];
    for (const point of points) {
      kills.push(await applyUntil(point, [file], { way, cwd: await elsewhere() }));
    }
    const last = await runTopo(['apply', file, '--yes'], await elsewhere(), directly(way));
    const found = await standing(vhost);
    const wrong = [
      ...(last.code === 0 ? [] : [`ended with ${last.code}: ${last.out}${last.err}`]),
      ...world.wanted.filter((text) => !found.includes(text)).map((text) => `${text} is missing`),
      ...found.filter((text) => !world.wanted.includes(text)).map((text) => `${text} is left`),
    ];
    return { kills, code: last.code, wrong };
  });
