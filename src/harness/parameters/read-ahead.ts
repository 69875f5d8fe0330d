// Reads that are known beforehand, one under way while what the last one brought is worked on.

/** Reads into the buffer, and gives what of it was filled. */
export type Read = (buffer: Uint8Array) => Promise<Uint8Array>;

/** What a read brings stays as it is until the next but one is asked for. */
const buffers = 3;

export class ReadAhead {
  readonly #reads: Iterator<Read, undefined>;
  readonly #buffers: readonly Uint8Array[];
  #turn = 0;
  #next: Promise<Uint8Array> | undefined;

  /** `bytes`: of the largest read. */
  constructor(reads: Iterator<Read, undefined>, bytes: number) {
    this.#reads = reads;
    this.#buffers = Array.from({ length: buffers }, () => new Uint8Array(bytes));
    this.#next = this.#begin();
  }

  /** One call for each read. */
  async next(): Promise<Uint8Array> {
    if (this.#next === undefined) throw new Error('nothing is left to be read');
    const bytes = await this.#next;
    this.#next = this.#begin();
    return bytes;
  }

  /** Settles when nothing is read any more. */
  async close(): Promise<void> {
    await this.#next?.catch(() => undefined);
  }

  #begin(): Promise<Uint8Array> | undefined {
    const { done, value: read } = this.#reads.next();
    const buffer = this.#buffers[this.#turn++ % buffers];
    if (done === true || buffer === undefined) return undefined;
    const reading = read(buffer);
    // Told to who asks for it.
    reading.catch(() => undefined);
    return reading;
  }
}
