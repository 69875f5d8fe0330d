// The SHA-256 of what a stream brings.
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

/** 64 hexadecimal digits. Throws the signal's reason. */
export async function hashStream(stream: Readable, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) {
    signal.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
