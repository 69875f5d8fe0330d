// Computes the SHA-256 of files, a page at a time.
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/**
 * Bytes. Read into the same page again and again: new ones for a large file keep the garbage
 * collector busy.
 */
const pageLength = 2 ** 20;

/** 64 hexadecimal digits. Throws the signal's reason. */
export async function hashFile(file: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const page = Buffer.allocUnsafeSlow(pageLength);
  for (let at = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(page, 0, page.length, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(page.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** As hashFile does. */
export async function hashPath(path: string, signal: AbortSignal): Promise<string> {
  const file = await open(path);
  return hashFile(file, signal).finally(() => file.close());
}
