// Handles results in the queue that belong to no task of this run. Leaves a few there, unacked, and
// writes the rest to a file, so that they neither block the run's own results nor get lost.
import { createReadStream } from 'node:fs';
import { onDisk } from '../../../disk/disk-error.ts';
import type { Delivery } from '../../messaging/consumer.ts';
import type { Result } from '../../messaging/result.generated.ts';
import { AppendLog } from '../../../disk/append-log.ts';
import { isUnitOf } from '../model/unit.ts';

export interface OthersParts {
  /** The file. */
  readonly path: string;
  /** How many stay unacked. */
  readonly most: number;
  /** Whether a run no longer needs its results. */
  readonly isOver: (run: string) => Promise<boolean>;
  /** Removes the file of a result of such a run. */
  readonly drop: (result: Result) => Promise<void>;
  readonly onWarning: (message: string) => void;
  /** Bytes that the file may have. */
  readonly longest?: number;
}

/** 256 MiB. Without a limit, anyone who may publish to the queue could fill the disk. */
const longest = 2 ** 28;
/** Runs whose end is remembered; a ledger takes time to read. */
const mostRuns = 1_000;

export class Others {
  readonly #parts: OthersParts;
  readonly #over = new Map<string, Promise<boolean>>();
  #log: Promise<AppendLog> | undefined;
  #held = 0;
  #hasTold = false;
  #dropped = { results: 0, junk: 0 };

  constructor(parts: OthersParts) {
    this.#parts = parts;
  }

  /** What is held comes again over the next connection. */
  forgetHeld(): void {
    this.#held = 0;
  }

  /** `result`: undefined if the message is none. Throws DiskError. */
  async setAside(delivery: Delivery, result: Result | undefined): Promise<void> {
    if (result !== undefined && (await this.#isOver(result))) {
      delivery.ack();
      await this.#parts.drop(result);
      return;
    }
    if (this.#held < this.#parts.most) this.#hold(delivery, result);
    else if (result === undefined) this.#dropJunk(delivery);
    else await this.#write(delivery, result);
  }

  async close(): Promise<void> {
    const log = await this.#log?.catch(() => undefined);
    await log?.close();
  }

  #hold({ queue }: Delivery, result: Result | undefined): void {
    this.#held++;
    if (this.#hasTold) return;
    this.#hasTold = true;
    const what = result === undefined ? 'what is no result' : `the result of ${result.task}`;
    this.#parts.onWarning(
      `${what} is in queue ${queue}, and not of this run: it goes back when this run ends. ${remedyFor(result)}`,
    );
  }

  #dropJunk(delivery: Delivery): void {
    delivery.ack();
    const count = ++this.#dropped.junk;
    if (isTold(count))
      this.#parts.onWarning(
        `dropped ${countOf(count, 'message that is no result', 'messages that are no results')} from queue ${delivery.queue}, which holds ${this.#held} more that are not of this run`,
      );
  }

  async #write(delivery: Delivery, result: Result): Promise<void> {
    const { path } = this.#parts;
    const log = await (this.#log ??= this.#open(delivery.queue));
    const line = JSON.stringify(result);
    if (log.size + line.length > (this.#parts.longest ?? longest)) {
      delivery.ack();
      const count = ++this.#dropped.results;
      if (isTold(count))
        this.#parts.onWarning(
          `dropped ${countOf(count, 'result that is', 'results that are')} not of this run: ${path} is full`,
        );
      return;
    }
    await onDisk(path, () => log.append(line));
    delivery.ack();
  }

  #open(queue: string): Promise<AppendLog> {
    const { path } = this.#parts;
    this.#parts.onWarning(
      `queue ${queue} holds ${this.#held} results that are not of this run; further ones are written to ${path}`,
    );
    return onDisk(path, () => AppendLog.open(path, { sync: true }));
  }

  /** Of a unit of another run only; a run is asked about once. */
  async #isOver({ run, task }: Result): Promise<boolean> {
    if (run === undefined || !isUnitOf(run, task)) return false;
    const known = this.#over.get(run);
    if (known !== undefined) return known;
    if (this.#over.size >= mostRuns) this.#over.clear();
    const isOver = this.#parts.isOver(run);
    this.#over.set(run, isOver);
    return isOver;
  }
}

/** How many results a file of them holds; none if there is no such file. */
export async function countOthers(path: string): Promise<number> {
  let count = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>)
      for (const byte of chunk) if (byte === lineEnd) count++;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return count;
}

const lineEnd = 0x0a;

/** The first, the tenth, the hundredth … */
const isTold = (count: number): boolean => Number.isInteger(Math.log10(count));

const countOf = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** Who takes what is in the results queue, and of another run. */
function remedyFor(result: Result | undefined): string {
  if (result === undefined) return 'Give this run a results queue that nothing else writes to';
  return result.run !== undefined && isUnitOf(result.run, result.task)
    ? `topo-harness abandon ${result.run} gives that run up, and drops what is its own`
    : 'topo-harness results --output FILE takes results of published tasks';
}
