// The journal of fates. Not waited for: a task whose fate a crash forgets is sent again.
import { setTimeout as sleep } from 'node:timers/promises';
import { onDisk } from '../../disk/disk-error.ts';
import { AppendLog } from '../../disk/append-log.ts';
import { Fates, rangesOf, type FateRange, type Settled } from './fates.ts';
import { mendJournal, readRecords, renderRecord } from './journal.ts';

/** Milliseconds in which fates gather, to be written together. */
const pause = 20;

export class FateLog {
  readonly #file: string;
  readonly #log: AppendLog;
  #settled: Settled[] = [];
  #writing: Promise<void> | undefined;
  /** The first error; returned by close. */
  #fault: Error | undefined;

  private constructor(file: string, log: AppendLog) {
    this.#file = file;
    this.#log = log;
  }

  static async open(file: string): Promise<FateLog> {
    return new FateLog(file, await AppendLog.open(file, { sync: false }));
  }

  add(settled: Settled): void {
    this.#settled.push(settled);
    this.#writing ??= this.#writeSoon();
  }

  /** Returns why fates could not be written, if so. */
  async close(): Promise<Error | undefined> {
    await this.#writing;
    await this.#log.close();
    return this.#fault;
  }

  async #writeSoon(): Promise<void> {
    while (this.#settled.length > 0) {
      await sleep(pause);
      const record = renderRecord(JSON.stringify(rangesOf(this.#settled)));
      this.#settled = [];
      await onDisk(this.#file, () => this.#log.append(record)).catch(
        (error: unknown) => (this.#fault ??= error as Error),
      );
    }
    this.#writing = undefined;
  }
}

/** No fates if there is no such file. Throws if it is damaged. */
export async function readFates(file: string): Promise<Fates> {
  const fates = new Fates();
  await mendJournal(file);
  try {
    for await (const group of readRecords(file)) {
      for (const ranges of group)
        for (const range of JSON.parse(ranges) as FateRange[]) fates.add(range);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return fates;
}
