// topo-harness dead: lists dead letters, replays them or drops them.
import { replay, type Replayed } from '../../harness/dead/replay.ts';
import type { HeldLetter } from '../../harness/dead/letters.ts';
import type { Letter } from '../../harness/dead/letter.ts';
import { escape } from '../../report/escape.ts';
import { plural } from '../../topology/count.ts';
import { renderJson } from '../../topology/json.ts';
import { exit } from '../exit.ts';
import { parseCount } from '../flags.ts';
import { withInterrupts } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { exitOfTold } from '../told.ts';
import { renderLetter, renderReplayed } from './letters-text.ts';
import { withDead, type DeadFlags, type DeadSession } from './open-dead.ts';

export interface ListFlags extends DeadFlags {
  readonly limit: string;
  readonly format: 'text' | 'json';
}
export interface ReplayFlags extends DeadFlags {
  readonly id: readonly string[];
}
export interface DropFlags extends ReplayFlags {
  readonly yes?: boolean;
}

export async function list(flags: ListFlags, terminal: Terminal): Promise<number> {
  const limit = parseCount('--limit', flags.limit);
  return withDead(flags, terminal, async ({ letters, place }) => {
    const found: Letter[] = [];
    for await (const { letter, spare } of letters.held()) {
      if (found.length === limit) break;
      found.push(letter);
      await spare();
    }
    const more = Math.max(0, letters.count - found.length);
    if (flags.format === 'json') {
      terminal.print(renderJson({ version: 1, place, letters: found, more }, 2));
    } else show(found, { more, place }, terminal);
    return exit.done;
  });
}

/** `more`: those that are there, and not shown. */
function show(
  found: readonly Letter[],
  { more, place }: { readonly more: number; readonly place: string },
  { print, tell, paint }: Terminal,
): void {
  if (found.length + more === 0) {
    print(`No dead letters in ${escape(place)}`);
    return;
  }
  if (found.length > 0) print(found.map((letter) => renderLetter(letter, paint)).join('\n'));
  tell(`${plural(found.length, 'dead letter')}${more > 0 ? `, and ${more} more` : ''}`);
}

export async function replayDead(flags: ReplayFlags, terminal: Terminal): Promise<number> {
  const notice = (line: string) => terminal.complain(line);
  const replayed = await withInterrupts(
    ({ stop }) =>
      withDead(flags, terminal, async (session) => replayAll(session, flags.id, stop, terminal)),
    { graceful: true, notice },
  );
  const kept = replayed.filter(({ kind }) => kind === 'kept').length;
  const done = replayed.length - kept;
  terminal.print(`Replayed: ${plural(done, 'dead letter')}${kept > 0 ? `, ${kept} kept` : ''}`);
  tellMissing(
    flags.id,
    replayed.map(({ letter }) => letter),
    terminal,
  );
  return exitOfTold(kept === 0 ? exit.done : exit.partial, terminal);
}

async function replayAll(
  { letters, roles, publisher }: DeadSession,
  ids: readonly string[],
  stop: AbortSignal,
  terminal: Terminal,
): Promise<Replayed[]> {
  const all: Replayed[] = [];
  for await (const held of letters.held()) {
    if (stop.aborted) throw stop.reason;
    if (!isMeant(held, ids)) {
      await held.spare();
      continue;
    }
    const replayed = await replay(held, roles, await publisher());
    if (replayed.kind === 'kept') terminal.complain(renderReplayed(replayed));
    all.push(replayed);
  }
  return all;
}

export async function drop(flags: DropFlags, terminal: Terminal): Promise<number> {
  return withDead(flags, terminal, async ({ letters, place }) => {
    const meant: Pick<HeldLetter, 'letter' | 'remove'>[] = [];
    for await (const held of letters.held()) {
      if (isMeant(held, flags.id)) meant.push({ letter: held.letter, remove: held.remove });
      else await held.spare();
    }
    tellMissing(
      flags.id,
      meant.map(({ letter }) => letter),
      terminal,
    );
    const what = `${plural(meant.length, 'dead letter')} of ${renderJson(place)}`;
    if (meant.length > 0 && !(await agree(what, flags, terminal))) return exit.refused;
    for (const { remove } of meant) await remove();
    terminal.print(`Dropped: ${plural(meant.length, 'dead letter')}`);
    return exitOfTold(exit.done, terminal);
  });
}

const isMeant = ({ letter }: HeldLetter, ids: readonly string[]): boolean =>
  ids.length === 0 || ids.includes(letter.id);

async function agree(what: string, flags: DropFlags, terminal: Terminal): Promise<boolean> {
  if (flags.yes === true) return true;
  const answer = await withInterrupts(({ stop }) => terminal.ask(`Drop ${what}? [y/N] `, stop), {
    graceful: false,
    notice: (line: string) => terminal.complain(line),
  });
  if (answer === undefined) terminal.complain('without a terminal, dead drop needs --yes');
  return /^y(es)?$/i.test(answer ?? '');
}

function tellMissing(ids: readonly string[], found: readonly Letter[], terminal: Terminal): void {
  const known = new Set(found.map(({ id }) => id));
  for (const id of ids) {
    if (!known.has(id)) terminal.complain(`warning: there is no dead letter ${renderJson(id)}`);
  }
}
