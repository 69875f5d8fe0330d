// Reads the body of an answer, limiting its length and how much gzip may expand.
import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';

const mebibyte = 1024 * 1024;
/** Bytes. A longer list would not fit into a V8 string. */
const longestList = 500 * mebibyte;
/** Bytes of an answer about one object, and of an error's body. */
const longestOther = mebibyte;
/**
 * From this many bytes on, gzip may expand at most this many times: lists of queues or consumers
 * that differ in one digit reach 110.
 */
const dense = { from: 32 * mebibyte, most: 200 };

/** The body was not read. `silence.ts` has the words. */
class Unread extends Error {
  readonly code: 'ANSWER_TOO_LONG' | 'LIST_TOO_LONG' | 'TOO_DENSE' | 'ENCODING';

  constructor(code: Unread['code']) {
    super();
    this.code = code;
  }
}

/**
 * Reads only the first MiB unless the status is 200: the status says enough. Throws Unread, or
 * Node's error.
 */
export async function readBody(
  answer: IncomingMessage,
  isList: boolean,
  onProgress: () => void,
): Promise<string> {
  // Node passes an abort on to listeners only.
  answer.on('error', () => undefined);
  const isWanted = answer.statusCode === 200;
  const longest = isList && isWanted ? longestList : longestOther;
  const unpacked = unpack(answer);
  const chunks: Buffer[] = [];
  let size = 0;
  let last = 0;
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longest && !isWanted) break;
    if (size > longest) throw new Unread(isList ? 'LIST_TOO_LONG' : 'ANSWER_TOO_LONG');
    assertNotTooDense(unpacked, size);
    chunks.push(chunk);
    if (size - last < mebibyte) continue;
    last = size;
    onProgress();
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function unpack(answer: IncomingMessage): Readable {
  const { 'content-encoding': encoding = 'identity', 'content-length': length } = answer.headers;
  const isEmpty = answer.statusCode === 204 || length === '0';
  if (isEmpty || encoding.toLowerCase() === 'identity') return answer;
  if (!/^(x-)?gzip$/i.test(encoding)) {
    answer.destroy();
    throw new Unread('ENCODING');
  }
  return pipeline(answer, createGunzip(), () => undefined);
}

function assertNotTooDense(unpacked: Readable | Gunzip, size: number): void {
  if (size <= dense.from || !('bytesWritten' in unpacked)) return;
  if (size > unpacked.bytesWritten * dense.most) throw new Unread('TOO_DENSE');
}
