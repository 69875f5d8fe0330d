// SHA-256 of a stream of bytes: in this thread, or in one beside it.
import { createHash } from 'node:crypto';

export interface Sha256 {
  /** Settles when the bytes may be written over. */
  update(bytes: Uint8Array): Promise<void>;
  /** 64 hexadecimal digits. */
  digest(): Promise<string>;
}

export interface Hashing {
  begin(): Sha256;
  /** Room for bytes that are hashed without a copy of them. */
  room(bytes: number): Uint8Array;
}

const done = Promise.resolve();

export const hashingHere: Hashing = {
  begin: () => {
    const hash = createHash('sha256');
    return {
      update: (bytes) => {
        hash.update(bytes);
        return done;
      },
      digest: () => Promise.resolve(hash.digest('hex')),
    };
  },
  room: (bytes) => new Uint8Array(bytes),
};
