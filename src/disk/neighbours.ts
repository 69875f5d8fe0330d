// Recognizes the processes of this machine that can see each other. Only Linux tells which those
// are.
import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';

/**
 * The same for two processes only if each sees the other's pid and sockets, and the machine has not
 * been booted in between. Undefined if unknown.
 */
export async function readMachine(): Promise<string | undefined> {
  try {
    const parts = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
      readlink('/proc/self/ns/net'),
    ]);
    return digest(parts.join(' '));
  } catch {
    return undefined;
  }
}

/**
 * Claims a name that one process of the machine may have at a time, until it ends or calls what is
 * returned. Undefined if another has it. Binds a socket without a file, so the kernel decides.
 */
export async function claim(name: string): Promise<(() => void) | undefined> {
  const server = createServer((socket) => socket.destroy());
  const isBound = await new Promise<boolean>((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ path: `\0topo-${digest(name)}`, exclusive: true }, () => {
      resolve(true);
    });
  });
  if (!isBound) return undefined;
  server.unref();
  return () => void server.close();
}

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32);
