// Reads ahead: one read is under way while the last one's bytes are worked on.

export interface Filled {
  readonly bytes: Uint8Array;
  /** Settles once only the caller still needs the bytes. */
  readonly isFree: Promise<unknown>;
}

/** Reads into the buffer, and gives what of it was filled. */
export type Read = (buffer: Uint8Array) => Promise<Filled>;

interface Slot {
  readonly buffer: Uint8Array;
  isFree: Promise<unknown>;
}

/** What a read brings stays as it is until the next but one is asked for. */
const slots = 3;

export class ReadAhead {
  readonly #reads: Iterator<Read, undefined>;
  readonly #slots: readonly Slot[];
  #turn = 0;
  #next: Promise<Uint8Array> | undefined;

  /** `room`: makes one for the largest read. */
  constructor(reads: Iterator<Read, undefined>, room: () => Uint8Array) {
    this.#reads = reads;
    const isFree = Promise.resolve();
    this.#slots = Array.from({ length: slots }, () => ({ buffer: room(), isFree }));
    this.#next = this.#begin();
  }

  /** One call for each read. */
  async next(): Promise<Uint8Array> {
    if (this.#next === undefined) throw new Error('nothing is left to be read');
    const bytes = await this.#next;
    this.#next = this.#begin();
    return bytes;
  }

  /** Settles when no buffer is in use any more. */
  async close(): Promise<void> {
    await this.#next?.catch(() => undefined);
    await Promise.allSettled(this.#slots.map(({ isFree }) => isFree));
  }

  #begin(): Promise<Uint8Array> | undefined {
    const { done, value: read } = this.#reads.next();
    const slot = this.#slots[this.#turn++ % slots];
    if (done === true || slot === undefined) return undefined;
    const reading = fill(slot, read);
    // Told to who asks for it.
    reading.catch(() => undefined);
    return reading;
  }
}

async function fill(slot: Slot, read: Read): Promise<Uint8Array> {
  await slot.isFree;
  const { bytes, isFree } = await read(slot.buffer);
  slot.isFree = isFree;
  // Told to the next who fills it, or at the end.
  isFree.catch(() => undefined);
  return bytes;
}
