// Reads a file, or stdin for `-`, as text.
import { open, type FileHandle } from 'node:fs/promises';
import { InvalidInput } from '../topology/problem.ts';
import type { Use } from './parse-file.ts';
import { Source } from './source.ts';

const megabyte = 1024 * 1024;
const sizeLimit = 64 * megabyte;

/** What a file is given for; `import`: a file of another tool. */
type Purpose = Use | 'import';

const hints: Readonly<Record<Purpose, string>> = {
  topology: 'name a topology file in YAML or JSON, or - for stdin',
  variables: 'name a YAML or JSON file that maps variables to values, or - for stdin',
  environment: 'name an environment by NAME of environments/NAME.yaml',
  job: 'name a job file in YAML or JSON, or - for stdin',
  sweep: 'name a sweep file in YAML or JSON, or - for stdin',
  import: 'topo import --help says what it reads',
};

export async function readSource(path: string, use: Purpose): Promise<Source> {
  const file = path === '-' ? 'stdin' : path;
  const bytes = path === '-' ? await readStream(process.stdin, file) : await readFile(path, use);
  return new Source(file, decode(bytes, file, use));
}

async function readFile(path: string, use: Purpose): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    if ((await handle.stat()).isDirectory()) throw unreadable(path, 'it is a directory', use);
    return await readStream(handle.createReadStream({ autoClose: false }), path);
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw unreadable(path, reasonOf(error), use, remedyOf(error));
  } finally {
    await handle?.close();
  }
}

/** Reads no more than the limit, whatever the size says: a pipe or a device has none. */
async function readStream(stream: AsyncIterable<Buffer | string>, file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > sizeLimit) throw tooLarge(file);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer, file: string, use: Purpose): string {
  if (isUtf16(bytes)) throw unreadable(file, 'it is UTF-16', use, asUtf8);
  if (bytes.includes(0)) throw unreadable(file, 'it is not text: it holds a NUL byte', use);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(file, 'it is not UTF-8', use, asUtf8);
  }
}

const asUtf8 = 'save it as UTF-8';

/** Recognizes the byte order mark, or a first character of ASCII. */
function isUtf16([first, second]: Buffer): boolean {
  if (first === undefined || second === undefined) return false;
  return first + second === 0xff + 0xfe || (first === 0) !== (second === 0);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

/** Undefined if another file has to be named. */
function remedyOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' ? 'let this user read it, and enter the folders above it' : undefined;
}

function unreadable(file: string, reason: string, use: Purpose, hint = hints[use]): InvalidInput {
  return new InvalidInput([
    { code: 'unreadable-file', message: `${file} can't be read: ${reason}`, hint },
  ]);
}

function tooLarge(file: string): InvalidInput {
  return new InvalidInput([
    {
      code: 'file-too-large',
      message: `${file} is larger than ${sizeLimit / megabyte} MiB`,
      hint: 'split it into several files: topo plan A.yaml B.yaml reads them as one topology',
    },
  ]);
}
