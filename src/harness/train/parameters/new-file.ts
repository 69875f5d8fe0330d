// Writes a file while the next bytes are computed.
import { open, rm, type FileHandle } from 'node:fs/promises';
import { ownerOnly } from '../../../disk/access.ts';
import { bytesOfFile, RunningHash } from './bytes.ts';

export class NewFile {
  readonly #path: string;
  readonly #file: FileHandle;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Gives `use` the file, and keeps it unless that throws. Throws as the operating system does. */
  static async make<T>(path: string, use: (file: NewFile) => Promise<T>): Promise<T> {
    const handle = await open(path, 'wx+', ownerOnly.file);
    const file = new NewFile(path, handle);
    try {
      return await use(file).finally(() => file.#close());
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Settles when the write before this one is done: until the next the bytes must stay as they are.
   */
  async write(at: number, bytes: Uint8Array): Promise<void> {
    await this.#writing;
    this.#writing = writeAll(this.#file, at, bytes);
    // Told to the next write, or at the end.
    this.#writing.catch(() => undefined);
  }

  /** Settles when all is written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Of all that was written. */
  async digest(hash: RunningHash): Promise<string> {
    await this.flush();
    return hash.digest(await bytesOfFile(this.#file, this.#path));
  }

  async #close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
  }
}

async function writeAll(file: FileHandle, at: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
