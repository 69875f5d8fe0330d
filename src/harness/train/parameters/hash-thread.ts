// Hashes in a thread of its own, while the caller computes with the same bytes.
import { Worker } from 'node:worker_threads';
import type { Hashing, Sha256 } from './hashing.ts';

/** `hash`: which of those that are under way. Without bytes it ends. */
export interface Question {
  readonly call: number;
  readonly hash: number;
  readonly bytes?: Uint8Array;
}
export interface Answer {
  readonly call: number;
  readonly sha256?: string;
}

interface Waiting {
  readonly done: (answer: Answer) => void;
  readonly failed: (error: unknown) => void;
}

export class HashThread implements Hashing {
  readonly #worker = new Worker(new URL('./hash-thread-entry.ts', import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #hashes = 0;

  constructor() {
    this.#worker.on('message', (answer: Answer) => {
      this.#waiting.get(answer.call)?.done(answer);
      this.#waiting.delete(answer.call);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the thread that hashes ended')));
  }

  begin(): Sha256 {
    const hash = ++this.#hashes;
    return {
      update: async (bytes) => {
        await this.#ask(hash, bytes);
      },
      digest: async () => (await this.#ask(hash)).sha256 ?? '',
    };
  }

  room(bytes: number): Uint8Array {
    return new Uint8Array(new SharedArrayBuffer(bytes));
  }

  #ask(hash: number, bytes?: Uint8Array): Promise<Answer> {
    const call = ++this.#calls;
    return new Promise((done, failed) => {
      this.#waiting.set(call, { done, failed });
      this.#worker.postMessage({ call, hash, ...(bytes && { bytes }) } satisfies Question);
    });
  }

  #fail(error: unknown): void {
    for (const { failed } of this.#waiting.values()) failed(error);
    this.#waiting.clear();
  }
}
