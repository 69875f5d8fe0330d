// Bytes read by position: of an open file, or of a message.
import type { FileHandle } from 'node:fs/promises';
import { ExpectedError } from '../../../topology/problem.ts';
import { hashingHere, type Sha256 } from './hashing.ts';

export interface Bytes {
  readonly size: number;
  /** Fills `into`. Throws ExpectedError if it can't. */
  read(into: Uint8Array, at: number): Promise<void>;
}

/** Its size is what it is now. `name`: what errors call it. */
export async function bytesOfFile(file: FileHandle, name: string): Promise<Bytes> {
  const { size } = await file.stat();
  return { size, read: (into, at) => fill(file, name, into, at) };
}

export const bytesOfBuffer = (buffer: Buffer): Bytes => ({
  size: buffer.length,
  read: (into, at) => {
    into.set(buffer.subarray(at, at + into.length));
    return Promise.resolve();
  },
});

async function fill(file: FileHandle, name: string, into: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await file
      .read(into, done, into.length - done, at + done)
      .catch((error: unknown) => {
        throw new ExpectedError(`${name} can't be read: ${codeOf(error)}`, { cause: error });
      });
    if (bytesRead === 0) throw new ExpectedError(`${name} was cut while it was read`);
    done += bytesRead;
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** The SHA-256 of a file while its bytes come by, if they come in their order. */
export class RunningHash {
  readonly #hash: Sha256;
  #next = 0;
  #isInOrder = true;

  constructor(hash: Sha256) {
    this.#hash = hash;
  }

  /** Settles when the bytes may be written over. */
  async update(at: number, bytes: Uint8Array): Promise<void> {
    this.#isInOrder &&= at === this.#next;
    if (!this.#isInOrder) return;
    this.#next += bytes.length;
    await this.#hash.update(bytes);
  }

  /** 64 hexadecimal digits. Bytes that came in another order are read again. */
  async digest(bytes: Bytes): Promise<string> {
    const isWhole = this.#isInOrder && this.#next === bytes.size;
    return isWhole ? this.#hash.digest() : hashOf(bytes);
  }
}

const pageLength = 2 ** 20;

/** 64 hexadecimal digits. */
export async function hashOf(bytes: Bytes): Promise<string> {
  const hash = hashingHere.begin();
  const page = Buffer.alloc(Math.min(pageLength, bytes.size));
  for (let at = 0; at < bytes.size; at += page.length) {
    const part = page.subarray(0, bytes.size - at);
    await bytes.read(part, at);
    await hash.update(part);
  }
  return hash.digest();
}
