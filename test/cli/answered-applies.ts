// Applies the change of one object through a gateway that answers one of its requests in its own
// words, and checks what must hold: no blind DELETE, a true exit code, and a re-run that converges.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exit } from '../../src/cli/exit.ts';
import { env, inVhost } from '../broker.ts';
import type { Fared } from '../faults.ts';
import { openGateway, type Answer, type Asked } from '../management/gateway.ts';
import { clean, isThere, make, render, worlds, type World } from './answered-worlds.ts';
import { callTopo, runTopo } from './topo.ts';

const statuses = [400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 429, 500, 501, 502, 503, 504];

/** The words of an error: a page, nothing, a gateway's JSON, or JSON in the broker's own form. */
const bodies = [
  ['a page', 'text/html', '<html>gateway</html>'],
  ['nothing', 'text/plain', ''],
  ['JSON', 'application/json', '{"message":"no route"}'],
  ["the broker's form", 'application/json', '{"error":"error","reason":"a reason"}'],
] as const;

const ofStatus = (status: number): [string, Answer][] =>
  bodies.map(([body, type, text]) => [
    `${status} with ${body}`,
    (response) => response.writeHead(status, { 'content-type': type }).end(text),
  ]);

const others: Record<string, Answer> = {
  'a reset': (response) => response.socket?.resetAndDestroy(),
  'a cut in the middle': (response, passed) => {
    const body = passed?.body ?? Buffer.from('{"name":');
    response.writeHead(passed?.status ?? 200, { 'content-length': body.length + 100 });
    response.write(body, () => response.destroy());
  },
  'half of the JSON': (response, { status, body } = whole) =>
    response.writeHead(status).end(body.subarray(0, body.length / 2)),
  'a page with 200': (response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>'),
  'JSON of its own with 200': (response) => response.writeHead(200).end('{"ok":true}'),
  'an endless answer': async (response) => {
    // Lists may be long, but each MiB must come in time.
    const part = Buffer.alloc(16 * 1_024, ' ');
    while (!response.destroyed) {
      response.write(part);
      await sleep(100);
    }
  },
  'a slow answer': async (response, { status, body } = whole) => {
    response.writeHead(status, { 'content-length': body.length + 1_000 });
    while (!response.destroyed) {
      response.write(' ');
      await sleep(200);
    }
  },
};
const whole = { status: 200, headers: {}, body: Buffer.from('{"name":"new"}') };

const answers = new Map<string, Answer>([...statuses.flatMap(ofStatus), ...Object.entries(others)]);

type Verb = 'PUT' | 'GET' | 'DELETE';

export interface Case {
  readonly kind: keyof typeof worlds;
  readonly verb: Verb;
  readonly answer: string;
  /** Whether the broker carries it out all the same. */
  readonly reaches: boolean;
  /** Whether every such request is answered so, or only the first. */
  readonly always: boolean;
}

/** Waits most of the time: topo runs in a process of its own, so that some can wait at once. */
export const isSlow = ({ answer }: Case): boolean => /slow|endless/.test(answer);

type Draw = () => number;

/** Each kind × verb × status and other answer, in words that are drawn. */
export function drawCases(draw: Draw): Case[] {
  const kinds = Object.keys(worlds) as Case['kind'][];
  const texts = [...statuses.map((status) => ofStatus(status).map(([text]) => text))];
  const families = [...texts, ...Object.keys(others).map((text) => [text])];
  return kinds.flatMap((kind) =>
    (['PUT', 'GET', 'DELETE'] as const).flatMap((verb) =>
      families.map((family) => ({
        ...{ kind, verb, reaches: draw() < 0.5, always: draw() < 0.4 },
        answer: family[Math.floor(draw() * family.length)] ?? '',
      })),
    ),
  );
}

/** Counts the case if the fault has happened. */
export const tryAnswer = (one: Case, folder: string): Promise<Fared> =>
  inVhost(async (vhost) => {
    try {
      return await tryIn(vhost, one, folder);
    } finally {
      await clean(vhost);
    }
  });

async function tryIn(vhost: string, one: Case, folder: string): Promise<Fared> {
  const { kind, verb, answer, reaches, always } = one;
  const world = worlds[kind];
  // A GET comes before either.
  const isDelete = verb === 'DELETE' || (verb === 'GET' && reaches);
  await make(world, vhost, isDelete);
  const file = join(folder, `${vhost}.yaml`);
  await writeFile(file, render(world, vhost, !isDelete));
  const isMeant = isAbout(world, verb, vhost);
  let left = always ? Infinity : 1;
  const gateway = await openGateway({
    fault: answers.get(answer) ?? (() => undefined),
    reaches,
    when: (asked) => isMeant(asked) && left-- > 0,
  });
  const direct = { ...env, AMQP_URL: 'amqp://127.0.0.1:1' };
  const apply = ['apply', file, '--yes', '--allow-deletes', '9'];
  const through = { ...direct, RABBITMQ_ENDPOINT: gateway.endpoint };
  // A process that has ended no longer holds its lock.
  const run = kind === 'lock' || isSlow(one) ? runTopo : callTopo;
  const first = await run([...apply, '--timeout', '4'], folder, through);
  gateway.close();
  const isDone = (await isThere(world, vhost)) !== isDelete;
  const again = await run(apply, folder, direct);
  const isConverged = (await isThere(world, vhost)) !== isDelete;
  const said = first.out + first.err;
  const wrong = [
    ...(first.code === exit.done && !isDone ? ['exit 0, but it is not done'] : []),
    ...(first.code === exit.error && isDone ? ['exit 1, but it is done'] : []),
    ...([exit.done, exit.error, exit.partial].includes(first.code as never)
      ? []
      : [`exit ${first.code}`]),
    ...(first.code === exit.done || /error: |failed: |could not be read|not as planned/.test(said)
      ? []
      : ['no reason']),
    ...(/bug in topo|^ {4}at /m.test(said) ? ['a stack'] : []),
    ...blindDeletes(gateway.asked, answer).map((path) => `a blind DELETE ${path}`),
    ...(again.code === exit.done ? [] : [`the re-run ended with ${again.code}: ${again.err}`]),
    ...(isConverged ? [] : ['the re-run did not do it']),
  ];
  if (gateway.failed === 0) return { ended: undefined, wrong };
  return { ended: `exit ${first.code}`, wrong: wrong.map((what) => `${what}: ${said}`) };
}

const isAbout =
  ({ list, path, written = path }: World, verb: Verb, vhost: string) =>
  (asked: Asked): boolean => {
    const start = verb === 'GET' ? list : written(vhost);
    const method = asked.method === 'POST' ? 'PUT' : asked.method;
    return method === verb && asked.path.startsWith(`/api/${start}`);
  };

/** The same DELETE twice, without a look in between; a 429 says that it was not done. */
function blindDeletes(asked: readonly Asked[], answer: string): string[] {
  if (answer.startsWith('429')) return [];
  const since = new Map<string, boolean>();
  const blind: string[] = [];
  for (const { method, path } of asked) {
    const plain = path.replace(/\?.*/, '');
    if (method === 'GET') {
      for (const deleted of since.keys()) if (deleted.startsWith(plain)) since.set(deleted, true);
    } else if (method === 'DELETE') {
      if (since.get(plain) === false) blind.push(plain);
      since.set(plain, false);
    }
  }
  return blind;
}
