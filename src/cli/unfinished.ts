// Records applies under way: on the broker, where each later run finds them, or in .topo/unfinished
// if the user may not declare a queue there.
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { hasOwnFile, hasOwnFolder, readOwnFile } from '../disk/own-place.ts';
import { makeFolder } from '../disk/sync.ts';
import { hasTopoFolder } from '../disk/topo-folder.ts';
import { BrokerError } from '../management/broker-error.ts';
import { NoRecord, parseRecord, renderRecord } from '../management/records.ts';
import type { Writer } from '../reconcile/broker.ts';
import { recordsOf, type Kept, type Record, type Unreadable } from '../reconcile/record.ts';
import type { Plan } from '../reconcile/step.ts';
import type { Earlier } from '../reconcile/unfinished.ts';
import { ExpectedError } from '../topology/problem.ts';
import type { Session } from './connect.ts';
import type { Terminal } from './terminal.ts';
import { writeResult } from './write-file.ts';

const folder = '.topo/unfinished';

/** Enough for a record of a million bindings. */
const mostBytes = 2 ** 28;

const fileOf = ({ id, vhost }: Record): string =>
  join(folder, `${id}-${Buffer.from(vhost).toString('hex')}.json`);

/**
 * Call before the first write. Throws ExpectedError if a record can't be kept anywhere, and then
 * keeps none.
 */
export async function keepUnfinished(
  plan: Plan,
  { broker, connection: { username } }: Session,
  terminal: Terminal,
): Promise<Kept[]> {
  const [digits, started] = [randomBytes(4).toString('hex'), new Date().toISOString()];
  const author = { user: username, host: hostname() };
  const kept: Kept[] = [];
  try {
    for (const record of recordsOf(plan, { digits, started, ...author })) {
      kept.push(await keep(record, broker, terminal));
    }
  } catch (error) {
    // Left behind, it would be settled by the next apply.
    for (const one of kept) await forget(one, broker).catch(() => undefined);
    throw error;
  }
  return kept;
}

async function keep(record: Record, writer: Writer, terminal: Terminal): Promise<Kept> {
  try {
    await writer.keepRecord(record);
    return { record, where: 'broker' };
  } catch (error) {
    if (!(error instanceof BrokerError) || error.status === undefined) throw error;
    const where = await keepInFolder(record, error);
    terminal.complain(
      `note: if this apply is cut off, only a run from this folder knows what to put back (${where}): ${error.message}${error.hint === undefined ? '' : `; ${error.hint}`}`,
    );
    return { record, where };
  }
}

async function keepInFolder(record: Record, refusal: BrokerError): Promise<string> {
  const file = fileOf(record);
  try {
    await makePlaceFor(file);
    await writeResult('the record', file, `${renderRecord(record)}\n`);
    return file;
  } catch (error) {
    const right = refusal.hint === undefined ? '' : `${refusal.hint}, or `;
    const way = isFull(error) ? 'make room there' : 'apply it from a folder of yours';
    const hint = `${right}${way}: if it is cut off, the record is needed to put everything back`;
    throw new ExpectedError(cannotKeep(error as Error), { hint, cause: error });
  }
}

/** Also if a failed write has a message of its own already. */
function isFull(error: unknown): boolean {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || (cause !== undefined && isFull(cause));
}

/** A failed write has its own message already. */
function cannotKeep(error: NodeJS.ErrnoException): string {
  if (error instanceof ExpectedError) return error.message;
  return `${folder} can't be created, to record what is taken away: ${String(error.code)}`;
}

/** Call once all of it is back. Throws ExpectedError if it can't be removed. */
export async function forget({ record, where }: Kept, writer: Writer): Promise<void> {
  if (where === 'broker') return writer.deleteRecord(record);
  await rm(where, { force: true }).catch((cause: unknown) => {
    const message = `${where} can't be removed: ${String((cause as NodeJS.ErrnoException).code)}`;
    throw new ExpectedError(message, { hint: `remove it: ${allBack}`, cause });
  });
}

const allBack = 'nothing that it records is missing';

/** The same at the end of an apply: what stays is removed by the next one. */
export async function forgetOrTell(kept: Kept, writer: Writer, terminal: Terminal): Promise<void> {
  await forget(kept, writer).catch((error: unknown) => {
    const place = kept.where === 'broker' ? `the record of apply ${kept.record.id} stays: ` : '';
    terminal.complain(`warning: ${place}${(error as Error).message}; ${allBack}`);
  });
}

/** `givenUp`: ids of records, or addresses of bindings. */
export async function readEarlier(givenUp: readonly string[] = []): Promise<Earlier> {
  const found = (await Promise.all((await listUnfinished()).map(readRecord))).flat();
  return {
    kept: found.filter((one) => 'record' in one),
    unreadable: found.filter((one) => 'why' in one),
    givenUp: new Set(givenUp),
  };
}

async function readRecord(file: string): Promise<(Kept | Unreadable)[]> {
  const text = await readOwnFile(file, mostBytes);
  if (text === undefined) return [];
  try {
    return [{ record: parseRecord(text), where: file }];
  } catch (error) {
    if (!(error instanceof NoRecord)) throw error;
    return [{ where: `file ${file}`, why: error.message, vhost: undefined }];
  }
}

/** Throws ExpectedError if the place, or a file in it, is not the caller's own. */
async function listUnfinished(): Promise<readonly string[]> {
  if (!(await hasTopoFolder(dirname(folder))) || !(await hasOwnFolder(folder))) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const files = names.sort().map((name) => join(folder, name));
  await Promise.all(files.map((file) => hasOwnFile(file, mostBytes)));
  return files;
}

/** The file may exist already. Throws the same, and Node's error if the folder can't be made. */
async function makePlaceFor(file: string): Promise<void> {
  await hasTopoFolder(dirname(folder));
  await makeFolder(folder);
  await hasOwnFolder(folder);
  await hasOwnFile(file, mostBytes);
}
