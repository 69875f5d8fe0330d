// The bytes of parameters, with what they hash to.
import { hash } from 'node:crypto';
import type { Stored } from './unit.ts';

export interface Content {
  readonly stored: Stored;
  readonly bytes: Buffer;
}

/** Reads all of them once. */
export const contentOf = (bytes: Buffer): Content => ({
  stored: { sha256: hash('sha256', bytes), bytes: bytes.length },
  bytes,
});
