// The timeline, for people to read afterwards. Not synced; the run goes on if it can't be written.
import { onDisk } from '../../../disk/disk-error.ts';
import { readLines } from '../../../disk/lines.ts';
import { AppendLog } from '../../../disk/append-log.ts';
import type { TimelineEntry } from '../model/records.ts';

export class Timeline {
  readonly #path: string;
  #log: AppendLog | undefined;
  /** The last write; never rejects. */
  #written: Promise<unknown> = Promise.resolve();
  /** Why entries are missing, if any are. */
  fault: unknown;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Makes the file if there is none, and can. */
  static async open(path: string): Promise<Timeline> {
    const timeline = new Timeline(path);
    await timeline.#try(async () => {
      timeline.#log = await AppendLog.open(path, { sync: false });
    });
    return timeline;
  }

  /** Returns at once; an entry that can't be written is missing. */
  add(entry: TimelineEntry): void {
    this.#written = this.#try(async () => this.#log?.append(JSON.stringify(entry)));
  }

  async #try(write: () => Promise<unknown>): Promise<void> {
    await onDisk(this.#path, write).catch((error: unknown) => (this.fault ??= error));
  }

  /** Settles when all that was added is written, or missing. */
  async flush(): Promise<void> {
    await this.#written;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#log?.close();
  }
}

/** Bytes. */
const longest = 1024 * 1024;

/**
 * In the order in which they were written; damaged lines are left out, and there are none if there
 * is no file.
 */
export async function readTimeline(path: string): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  try {
    await readLines(path, longest, (line) => {
      const entry = parseEntry(line.toString());
      if (entry !== undefined) entries.push(entry);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return entries;
}

const kinds = new Set<unknown>([
  ...['dispatched', 'started', 'failed', 'given_up', 'accepted', 'dropped'],
  ...['worker', 'left_out', 'taken_back', 'coordinator'],
]);

function parseEntry(line: string): TimelineEntry | undefined {
  try {
    const entry = JSON.parse(line) as TimelineEntry | null;
    return typeof entry?.at === 'number' && kinds.has(entry.kind) ? entry : undefined;
  } catch {
    return undefined;
  }
}
