// Applies while an administrator edits the same broker, and checks what must hold: a stale plan
// writes nothing, nothing of theirs is lost, exit 0 is true, and a re-run converges.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exit } from '../../src/cli/exit.ts';
import { api, env, inVhost } from '../broker.ts';
import type { Fared } from '../faults.ts';
import { openGateway, type Asked } from '../management/gateway.ts';
import type { Ended } from './call.ts';
import { Admin, edits, lostOf, madeOtherwise, standing, yamlOf } from './mutations.ts';
import { callTopo } from './topo.ts';

export interface Case {
  readonly way: 'over HTTP' | 'over AMQP';
  /** Whether apply carries out a saved plan. */
  readonly isSaved: boolean;
  /** Before the apply, or before its request of this number. */
  readonly at: 'before' | number;
  readonly edits: readonly string[];
}

/** Requests of an apply that nobody disturbs, at least. */
const usual = 70;

/** Whether the last edit, before the apply began, made something otherwise than planned. */
export const isStale = ({ at, edits: made }: Case): boolean =>
  at === 'before' && (made.at(-1) ?? '') in madeOtherwise;

export function drawCases(count: number, draw: () => number): Case[] {
  const names = Object.keys(edits);
  const drawOne = <T>(all: readonly T[]): T => all[Math.floor(draw() * all.length)] as T;
  return Array.from({ length: count }, (_, nth) => {
    const isBefore = nth % 5 === 0;
    return {
      way: drawOne(['over HTTP', 'over AMQP'] as const),
      isSaved: isBefore || draw() < 0.5,
      at: isBefore ? 'before' : Math.floor(draw() * usual),
      edits: Array.from({ length: drawOne([1, 1, 2, 3]) }, () => drawOne(names)),
    };
  });
}

type Run = (
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>>,
) => Promise<Ended>;

/** `run`: the topo that applies while they edit. */
export const tryEdits = (one: Case, folder: string, run: Run = callTopo): Promise<Fared> =>
  inVhost(async (vhost) => {
    try {
      return await tryIn(vhost, one, folder, run);
    } finally {
      await api('DELETE', `users/${vhost}-u`);
    }
  });

interface Struck {
  /** When, and whether nothing had been written until then. */
  at?: Date;
  isUntouched?: boolean;
  after?: readonly string[];
}

async function tryIn(vhost: string, one: Case, folder: string, run: Run): Promise<Fared> {
  const admin = new Admin(vhost);
  await admin.arrange();
  const path = (end: string): string => join(folder, `${vhost}${end}`);
  const [file, saved, report] = [path('.yaml'), path('.json'), path('-run.json')];
  await writeFile(file, yamlOf(vhost));
  const direct = { ...env, ...(one.way === 'over HTTP' && { AMQP_URL: 'amqp://127.0.0.1:1' }) };
  if (one.isSaved) await callTopo(['plan', file, '--out', saved], folder, direct);
  const before = await standing(vhost);
  const struck: Struck = {};
  const strike = async (): Promise<void> => {
    const found = await standing(vhost);
    for (const name of one.edits) await edits[name]?.(admin);
    const isUntouched = found.join() === before.join();
    Object.assign(struck, { at: new Date(), isUntouched, after: await standing(vhost) });
  };
  if (one.at === 'before') await strike();
  const isKept = one.at === 'before' && !one.edits.some((name) => name.startsWith('x is'));
  // Else topo can't tell that from what an earlier apply took away.
  if (isKept && !admin.keys.has('t')) admin.gone.add('t');
  let striking: Promise<void> | undefined;
  const gateway = await openGateway({
    fault: 'a cut',
    reaches: true,
    when: async ({ nth }) => {
      if (nth === one.at) striking = strike();
      // A look that comes meanwhile would still find the old object.
      await striking;
      return false;
    },
  });
  const more = ['--yes', '--allow-deletes', '99'];
  const first = await run(
    ['apply', one.isSaved ? saved : file, ...more, '--report', report],
    folder,
    { ...direct, RABBITMQ_ENDPOINT: gateway.endpoint },
  );
  gateway.close();
  // It ended earlier.
  if (struck.at === undefined) return { ended: undefined, wrong: [] };
  if (one.way === 'over HTTP' && isAfterLastLook(gateway.asked, one.at)) admin.keys.delete('late');
  const { read_at } = JSON.parse(await readFile(report, 'utf8')) as { read_at: string | null };
  const found = await standing(vhost);
  const wrong = [
    ...wrongEnd(first.code, first.err),
    ...wrongState(first.code, struck, found),
    ...(isStale(one) && first.code !== exit.stale ? ['it began, though stale'] : []),
    ...unseen(vhost, one, gateway.asked),
    ...(await lostOf(vhost, admin)),
  ];
  const isTold = read_at !== null && new Date(read_at) > struck.at;
  const plan = await callTopo(['plan', file, '--detailed-exitcode'], folder, direct);
  if (first.code === exit.done && isTold && plan.code !== exit.done)
    wrong.push(`exit 0, but ${plan.out}`);
  wrong.push(...(await applyAgain(vhost, admin, [file, ...more], folder, direct)));
  const said = `${first.out}${first.err}`;
  return { ended: `exit ${first.code}`, wrong: wrong.map((what) => `${what}\n${said}`) };
}

/** Over HTTP, what is bound to an exchange then is lost: docs/decisions/replace-gap.md. */
function isAfterLastLook(asked: readonly Asked[], at: Case['at']): boolean {
  const rest = at === 'before' ? [] : asked.slice(at);
  const isOfX = (method: string, path: RegExp) => (one: Asked) =>
    one.method === method && path.test(one.path);
  const deleted = rest.findIndex(isOfX('DELETE', /^\/api\/exchanges\/[^/]+\/x(\?|$)/));
  return !rest.slice(0, deleted).some(isOfX('GET', /\/x\/bindings\/source$/)) && deleted >= 0;
}

function wrongEnd(code: number | null, err: string): string[] {
  const known: (number | null)[] = [exit.done, exit.error, exit.refused, exit.stale, exit.partial];
  if (!known.includes(code)) return [`exit ${code}`];
  const isShown = /^ {2}.+ (has (changed|gone) since|would now go along)/m.test(err);
  const isStale = code === exit.stale && err.includes('the plan is stale');
  return isStale && !isShown ? ['what has changed is not shown'] : [];
}

/** These codes say that nothing was written. */
const untouching: readonly (number | null)[] = [exit.error, exit.refused, exit.stale];

function wrongState(code: number | null, struck: Struck, found: readonly string[]): string[] {
  if (!untouching.includes(code)) return [];
  const { isUntouched, after = [] } = struck;
  const differs = [
    ...found.filter((line) => !after.includes(line)).map((line) => `+ ${line}`),
    ...after.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
  ];
  if (isUntouched && differs.length === 0) return [];
  return [`exit ${code}, but it has written: ${differs.join(', ')}`];
}

/** What topo wrote to though its last look, if it looked at all, showed another object. */
function unseen(vhost: string, { at, edits: made }: Case, asked: readonly Asked[]): string[] {
  // A stale plan ends before it; one that is made later has seen it.
  if (at === 'before' || !asked.slice(0, at).some(isWrite)) return [];
  const last = made.filter((name, nth) => !made.slice(nth + 1).some(isOfSame(name)));
  const paths = last.flatMap((name) => madeOtherwise[name]?.(vhost) ?? []);
  return paths.flatMap((path) => {
    const isAbout = (request: Asked): boolean => request.path.split('?')[0] === `/api/${path}`;
    const write = asked.find((each) => isAbout(each) && each.method !== 'GET' && each.nth >= at);
    const look = asked.slice(0, write?.nth).findLast(isAbout);
    if (write === undefined || (look !== undefined && look.nth < at)) return [];
    return [`${write.method} ${path} after ${look === undefined ? 'no look' : 'it had changed'}`];
  });
}

/** What is then deleted, for example, is not otherwise than planned any more. */
const isOfSame =
  (edit: string) =>
  (later: string): boolean =>
    subjectOf(later) === subjectOf(edit);

/** Of `x is deleted`: x. */
const subjectOf = (edit: string): string => edit.split(/ (is|are) /)[0] ?? edit;

const isWrite = ({ method, path }: Asked): boolean =>
  method !== 'GET' && !path.endsWith('/topo.lock');

/** Guards may refuse first what only a person can allow. */
async function applyAgain(
  vhost: string,
  admin: Admin,
  args: readonly string[],
  folder: string,
  env: Record<string, string>,
): Promise<string[]> {
  const again = await callTopo(['apply', ...args], folder, env);
  const lost = await lostOf(vhost, admin);
  if (again.code === exit.done) return lost;
  if (again.code !== exit.refused) return [...lost, `the re-run: exit ${again.code} ${again.err}`];
  const given = ['q1', 'gone'];
  const consents = given.flatMap((name) => [
    '--allow-message-loss',
    `queues/${encodeURIComponent(vhost)}/${name}=all`,
  ]);
  const last = await callTopo(['apply', ...args, ...consents], folder, env);
  const isDone = last.code === exit.done;
  return [
    ...lost,
    ...(isDone ? [] : [`with consents: exit ${last.code} ${last.out}${last.err}`]),
    ...(await lostOf(vhost, admin, given)),
  ];
}
