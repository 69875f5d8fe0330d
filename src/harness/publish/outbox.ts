// The outbox: tasks to publish and what became of them, on disk. A task is sent once it is safe
// here, and stays until all tasks of its publish are confirmed. So a crash neither loses a task nor
// forgets that one was confirmed.
import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from '../../disk/disk-error.ts';
import { makeFolder } from '../../disk/sync.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { AppendLog } from '../../disk/append-log.ts';
import { end, parseEntry, headOf, renderBeginning, type Beginning } from './entry.ts';
import { FateLog, readFates } from './fate-log.ts';
import { Fates } from './fates.ts';
import { mendJournal, readRecords, renderRecord, renderRecords } from './journal.ts';
import type { Outgoing } from './task-line.ts';
import type { Fate } from '../messaging/fate.ts';

export interface Numbered {
  /** In the outbox, from 1. */
  readonly number: number;
  readonly task: Outgoing;
}

/** What an earlier publish left behind. */
export interface Unfinished {
  readonly beginning: Beginning;
  readonly tasks: number;
  readonly fates: Fates;
  /** Whether its input had been read to the end. */
  readonly isWhole: boolean;
}

const tasksFile = 'tasks.journal';
const isJournal = (name: string): boolean => /^(tasks|fates-.*)\.journal$/.test(name);

export class Outbox {
  readonly #folder: string;
  readonly #file: string;
  #unfinished: Unfinished | undefined;
  #tasks = 0;
  #log: AppendLog | undefined;
  #fates: FateLog | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, tasksFile);
  }

  /** One process at a time: the caller holds the folder's lock. Throws if a journal is damaged. */
  static async open(folder: string): Promise<Outbox> {
    const outbox = new Outbox(folder);
    await mendJournal(outbox.#file);
    outbox.#unfinished = await readUnfinished(folder, outbox.#file);
    outbox.#tasks = outbox.#unfinished?.tasks ?? 0;
    return outbox;
  }

  /** Drops what is in the folder's outbox, sound or not. */
  static async discard(folder: string): Promise<void> {
    const names = (await readdir(folder)).filter(isJournal);
    // The tasks first: fates without tasks mean nothing.
    for (const name of names.sort().reverse()) await rm(join(folder, name), { force: true });
  }

  get unfinished(): Unfinished | undefined {
    return this.#unfinished;
  }

  /** Hashes of the tasks that are here, in their order. */
  async *hashes(): AsyncGenerator<string> {
    for await (const group of readTasks(this.#file)) for (const { hash } of group) yield hash;
  }

  /** Of the tasks that are here, in their order. */
  async *ids(): AsyncGenerator<string> {
    for await (const group of readTasks(this.#file))
      for (const task of group) yield withId(task).id;
  }

  /** Tasks that an earlier publish left unconfirmed, in their order. */
  async *unconfirmed(): AsyncGenerator<Numbered[], void, undefined> {
    let number = 0;
    const { tasks, fates } = this.#unfinished ?? { tasks: 0, fates: new Fates() };
    for await (const group of readTasks(this.#file)) {
      const left: Numbered[] = [];
      for (const task of group) {
        if (++number > tasks) return;
        if (!fates.isConfirmed(number)) left.push({ number, task: withId(task) });
      }
      yield left;
    }
  }

  /** Begins a publish, or resumes the unfinished one. */
  async begin(beginning: Omit<Beginning, 'topo_outbox' | 'id'>): Promise<void> {
    const before = this.#unfinished?.beginning;
    if (before === undefined) await Outbox.discard(this.#folder);
    const begun = before ?? { topo_outbox: 1, id: randomUUID(), ...beginning };
    await onDisk(this.#file, async () => {
      this.#log = await AppendLog.open(this.#file, { sync: true });
      this.#fates = await FateLog.open(fatesFileOf(this.#folder, begun.id));
      if (before !== undefined) return;
      await this.#log.append(renderRecord(renderBeginning(begun)));
    });
  }

  /** Settles once the tasks outlive a crash, of the machine too. */
  async append(tasks: readonly Outgoing[]): Promise<Numbered[]> {
    const numbered = tasks.map((task) => ({ number: ++this.#tasks, task }));
    const records = tasks.map((task) => ({ head: headOf(task), body: task.content }));
    await this.#append(renderRecords(records));
    return numbered;
  }

  /** The input is read to its end. */
  async end(): Promise<void> {
    await this.#append(renderRecord(end));
  }

  async #append(records: string | Buffer): Promise<void> {
    await onDisk(this.#file, async () => this.#log?.append(records));
  }

  settle(number: number, fate: Fate): void {
    this.#fates?.add({ number, fate });
  }

  /** How many tasks are here. */
  get tasks(): number {
    return this.#tasks;
  }

  /** Returns why fates could not be written, if so: those tasks will be sent once more. */
  async close(): Promise<Error | undefined> {
    const [fates, log] = [this.#fates, this.#log];
    this.#fates = undefined;
    this.#log = undefined;
    const fault = await fates?.close();
    await log?.close();
    return fault;
  }
}

async function readUnfinished(folder: string, file: string): Promise<Unfinished | undefined> {
  let beginning: Beginning | undefined;
  let tasks = 0;
  let isWhole = false;
  for await (const group of readEntries(file)) {
    for (const entry of group) {
      if (entry.kind === 'beginning') beginning = entry.beginning;
      if (entry.kind === 'task') tasks++;
      isWhole = entry.kind === 'end';
    }
  }
  if (beginning === undefined) return undefined;
  if ((beginning.topo_outbox as number) !== 1) throw ofAnotherVersion(file);
  const fates = await readFates(fatesFileOf(folder, beginning.id));
  return { beginning, tasks, fates, isWhole };
}

async function* readEntries(file: string) {
  try {
    for await (const group of readRecords(file)) yield group.map(parseEntry);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function* readTasks(file: string) {
  for await (const group of readEntries(file)) {
    yield group.flatMap((entry) => (entry.kind === 'task' ? [entry.task] : []));
  }
}

const withId = (task: Omit<Outgoing, 'id'>): Outgoing => {
  const { id } = JSON.parse(task.content.toString()) as { id: string };
  return { ...task, id };
};

const fatesFileOf = (folder: string, id: string): string => join(folder, `fates-${id}.journal`);

/** Throws where there can't be such a folder. */
export async function makeOutbox(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const hint = 'give a folder that you may write to: --outbox DIR';
    throw new ExpectedError(`can't keep the outbox in ${folder} (${code})`, { hint, cause: error });
  }
}

const ofAnotherVersion = (file: string): ExpectedError =>
  new ExpectedError(`${file} was written by another version of topo-harness`, {
    hint: 'finish it with that version, or drop it: publish --discard',
  });
