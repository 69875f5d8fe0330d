// The ledger: all that counts in a run, in order. Nothing is acked, or built upon, before it is
// synced here.
import { createReadStream } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { onDisk } from '../../../disk/disk-error.ts';
import { ExpectedError } from '../../../topology/problem.ts';
import { Lines } from '../../../disk/lines.ts';
import { AppendLog } from '../../../disk/append-log.ts';
import { parseRecord, whyUnreadable } from './parse-record.ts';
import type { LedgerRecord } from '../model/records.ts';

export class Ledger {
  readonly #path: string;
  readonly #log: AppendLog;

  private constructor(path: string, log: AppendLog) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * Makes the file if there is none. What a crash left unfinished at its end is cut off: nothing
   * was built upon it. Throws ExpectedError, and leaves the file as it is, if a damaged line has
   * sound ones behind it, or a line is of another version.
   */
  static async open(path: string): Promise<{ ledger: Ledger; records: LedgerRecord[] }> {
    return onDisk(path, async () => {
      const { records, sound, size } = await read(path);
      if (sound < size) await truncate(path, sound);
      const log = await AppendLog.open(path, { sync: true });
      return { ledger: new Ledger(path, log), records };
    });
  }

  /**
   * Settles when it would outlive the machine's end; together with others, in the order of the
   * calls. Throws DiskError.
   */
  async append(record: LedgerRecord): Promise<void> {
    const line = JSON.stringify(record);
    const why = whyUnreadable(line) ?? (line.length > longest / 3 ? 'it is too long' : undefined);
    // A check before has missed this: end here, so that the run can still be resumed.
    if (why !== undefined) throw new Error(`no record that can be read back: ${why}`);
    await onDisk(this.#path, () => this.#log.append(line));
  }

  async close(): Promise<void> {
    await this.#log.close();
  }
}

/** Reads a ledger that may be in use; no records if there is no file. Throws as open does. */
export async function readLedger(path: string): Promise<LedgerRecord[]> {
  return (await read(path)).records;
}

interface Contents {
  readonly records: LedgerRecord[];
  /** How many bytes hold records; and how many there are. */
  readonly sound: number;
  readonly size: number;
}

/** Bytes. No record is longer: the list of all shards is the longest. */
const longest = 256 * 2 ** 20;

async function read(path: string): Promise<Contents> {
  const records: LedgerRecord[] = [];
  let [line, size, sound] = [0, 0, 0];
  let damaged: number | undefined;
  const lines = new Lines(longest, (bytes) => {
    line++;
    const parsed = parseRecord(bytes.toString());
    if (parsed.kind === 'damaged') {
      damaged ??= line;
      return;
    }
    if (damaged !== undefined) throw damage(path, damaged);
    if (parsed.kind === 'unknown') throw unknown(path, line, parsed.why);
    records.push(parsed.record);
    sound += bytes.length + 1;
  });
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      size += chunk.length;
      // The end is not told: what has no line end was not written whole.
      lines.push(chunk);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { records, sound, size };
}

const damage = (path: string, line: number): ExpectedError =>
  new ExpectedError(`${path} is damaged: line ${line} is not what was written`, {
    hint: 'put it back from a copy, or start a new run',
  });

const unknown = (path: string, line: number, why: string): ExpectedError =>
  new ExpectedError(`${path}:${line} can't be read: ${why}`, {
    hint: 'go on with the version of topo-harness that began the run, or start a new run',
  });
