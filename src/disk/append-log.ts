// A file that only grows. What is appended during a write goes out together with the next one.
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './sync.ts';

/** Where something was written; both in bytes. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly resolve: (extent: Extent) => void;
  readonly reject: (error: unknown) => void;
}

export class AppendLog {
  readonly #file: FileHandle;
  readonly #sync: boolean;
  #size: number;
  #waitingBytes = 0;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle, size: number, sync: boolean) {
    this.#file = file;
    this.#size = size;
    this.#sync = sync;
  }

  /**
   * Cuts off a line that a crash left unfinished. `sync`: what is appended outlives a power cut.
   */
  static async open(path: string, { sync }: { sync: boolean }): Promise<AppendLog> {
    const file = await open(path, 'a+', 0o600).then((made) =>
      made.close().then(() => open(path, 'r+')),
    );
    const whole = await wholeLines(file);
    await file.truncate(whole);
    if (sync) await syncFolder(dirname(path));
    return new AppendLog(file, whole, sync);
  }

  /** Bytes written, or about to be. */
  get size(): number {
    return this.#size + this.#waitingBytes;
  }

  /**
   * Settles once it is written; nothing of it is left in the file where it rejects. Bytes are whole
   * lines, with their ends.
   */
  append(line: string | Buffer): Promise<Extent> {
    return new Promise((resolve, reject) => {
      const bytes = typeof line === 'string' ? Buffer.from(`${line}\n`) : line;
      this.#waitingBytes += bytes.length;
      this.#waiting.push({ bytes, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async read({ offset, length }: Extent): Promise<Buffer> {
    const { buffer } = await this.#file.read(Buffer.alloc(length), 0, length, offset);
    return buffer;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    // Wait a turn of the event loop, to write together what comes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#writeTogether();
    this.#writing = undefined;
  }

  async #writeTogether(): Promise<void> {
    const together = this.#waiting;
    this.#waiting = [];
    const start = this.#size;
    const bytes = Buffer.concat(together.map((one) => one.bytes));
    this.#size += bytes.length;
    this.#waitingBytes = 0;
    try {
      await writeAt(this.#file, bytes, start);
      if (this.#sync) await this.#file.datasync();
    } catch (error) {
      this.#size = start;
      // The next write overwrites what is left of this one, or fails as well.
      await this.#file.truncate(start).catch(() => undefined);
      for (const { reject } of together) reject(error);
      return;
    }
    let offset = start;
    for (const { bytes: own, resolve } of together) {
      resolve({ offset, length: own.length });
      offset += own.length;
    }
  }
}

async function writeAt(file: FileHandle, bytes: Buffer, start: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, start + done);
    done += bytesWritten;
  }
}

const tail = 64 * 1024;

/** How many bytes of the file are whole lines. */
async function wholeLines(file: FileHandle): Promise<number> {
  let end = (await file.stat()).size;
  while (end > 0) {
    const start = Math.max(0, end - tail);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    const newline = buffer.lastIndexOf(10);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return 0;
}
