// Where tasks come from: a file that can be checked whole before anything is sent, or a stream.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { InvalidInput } from '../../topology/problem.ts';

export type Input =
  | { readonly kind: 'file'; readonly name: string; open(): Readable }
  | { readonly kind: 'stream'; readonly name: string; open(): Readable };

/** `-` is stdin. Throws InvalidInput if the file can't be read. */
export async function openInput(file: string, stdin: Readable): Promise<Input> {
  if (file === '-') return { kind: 'stream', name: 'stdin', open: () => stdin };
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    const isFile = found.isFile();
    return { kind: isFile ? 'file' : 'stream', name: file, open: () => createReadStream(file) };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const message = `can't read ${file}: ${code === 'ENOENT' ? 'it does not exist' : code}`;
    const hint = 'give a file of tasks, one as JSON on each line, or - for stdin';
    throw new InvalidInput([{ code: 'unreadable-file', message, hint }]);
  }
}
