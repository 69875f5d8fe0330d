// topo move: moves messages from one queue to another.
import { matchable, parseMatch, type MessageMatch } from '../amqp/message-match.ts';
import type { Moved } from '../amqp/move.ts';
import type { ConnectionFlags } from '../connection/connection.ts';
import { findEnds, planMove, settingsOf, type MovePlan } from '../reconcile/move.ts';
import { addressOf } from '../topology/identity.ts';
import { renderMoveJson, renderMovePlan, renderMoveRun, type MoveRun } from '../report/move.ts';
import { agree } from './agree.ts';
import { withBroker, type Session } from './connect.ts';
import { exit } from './exit.ts';
import { parseCount, wrongFlag } from './flags.ts';
import { exitOfStop } from './interrupt.ts';
import { startProgress } from './progress.ts';
import { assertVhosts } from './read-live.ts';
import type { Terminal } from './terminal.ts';

export interface MoveFlags extends ConnectionFlags {
  readonly vhost: string;
  readonly match: readonly string[];
  readonly limit?: string;
  readonly yes?: boolean;
  readonly format: 'text' | 'json';
}

export async function move(
  names: { readonly source: string; readonly destination: string },
  flags: MoveFlags,
  terminal: Terminal,
): Promise<number> {
  const isWanted = parseMatches(flags.match);
  const limit = flags.limit === undefined ? Infinity : parseCount('--limit', flags.limit);
  return withBroker(flags, terminal, async (session) => {
    const choice = { limit, isMatched: isWanted !== undefined };
    const plan = await readPlan(names, choice, session, flags);
    const isText = flags.format === 'text';
    if (isText) terminal.print(renderMovePlan(plan, choice.isMatched, terminal.paint));
    const question = 'Move these messages?';
    const isAgreed =
      plan.refusals.length === 0 &&
      (plan.most === 0 ||
        (await agree(question, session, { verb: 'move', yes: flags.yes }, terminal)));
    const run = isAgreed ? await carryOut(plan, isWanted, session, terminal) : nothing(plan);
    if (!isText) terminal.print(renderMoveJson(run));
    else if (isAgreed) terminal.print(renderMoveRun(run, terminal.paint));
    return isAgreed ? exitOf(run, session) : exit.refused;
  });
}

/** All of them must match. */
function parseMatches(texts: readonly string[]): MessageMatch | undefined {
  const matches = texts.map((text) => {
    const match = parseMatch(text);
    if (match !== undefined) return match;
    throw wrongFlag(
      `--match ${text} is no FIELD=GLOB`,
      `FIELD is ${matchable.join(', ')}; such as --match headers.x-first-death-queue=orders`,
    );
  });
  return matches.length === 0 ? undefined : (message) => matches.every((match) => match(message));
}

async function readPlan(
  names: { readonly source: string; readonly destination: string },
  choice: Parameters<typeof planMove>[1],
  session: Session,
  { vhost }: MoveFlags,
): Promise<MovePlan> {
  const { broker } = session;
  const vhosts = new Set([vhost]);
  const live = await broker.readLive(vhosts);
  assertVhosts(vhosts, live, session);
  const ends = findEnds(live, vhost, names);
  const { source, destination } = ends;
  const [depths, told] = await Promise.all([
    broker.readDepths([source, destination]),
    broker.readSettings(destination),
  ]);
  const depthOf = (queue: typeof source) => depths.get(addressOf(queue)) ?? unread;
  const held = depthOf(source);
  // The broker's own word may be 5 s old, but knows operator policies that this user may not read.
  const settings = [...settingsOf(destination, live), told];
  const settingsNow = settingsOf(source, live);
  const heldThere = depthOf(destination);
  return planMove({ ...ends, held, heldThere, settings, settingsNow }, choice);
}

const unread = { kind: 'unknown', why: 'it was deleted meanwhile', hint: 'run it again' } as const;

async function carryOut(
  plan: MovePlan,
  isWanted: MessageMatch | undefined,
  session: Session,
  terminal: Terminal,
): Promise<MoveRun> {
  const started = performance.now();
  const progress = startProgress(terminal, 'move', plan.most);
  let shown = 0;
  const options = {
    ...(isWanted && { isWanted }),
    stop: session.stop,
    onMoved: (messages: number) => {
      for (; shown < messages; shown++) progress.advance('');
    },
    onBlocked: () => {
      terminal.tell('the broker is short of memory or disk, and takes no messages for now');
    },
  };
  try {
    const moved = await session.letFinish(() => session.broker.move(plan, options));
    return toRun(plan, moved, started);
  } finally {
    progress.end();
  }
}

function toRun(plan: MovePlan, { error, ...moved }: Moved, started: number): MoveRun {
  const seconds = (performance.now() - started) / 1_000;
  const told = error && { message: error.message, hint: error.hint };
  return { plan, ...moved, seconds, ...(told && { error: told }) };
}

const nothing = (plan: MovePlan): MoveRun => ({
  ...{ plan, messages: 0, bytes: 0, sentHome: 0 },
  ...{ doubtful: 0, seconds: 0 },
});

function exitOf({ messages, doubtful, error }: MoveRun, { stop }: Session): number {
  if (stop.aborted) return exitOfStop(stop);
  if (error === undefined) return exit.done;
  return messages + doubtful > 0 ? exit.partial : exit.error;
}
