// Keeps dead letters as files, one each, for a topology without a dead-letter queue.
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../disk/replace-file.ts';
import { makeFolder } from '../../disk/sync.ts';
import type { Message } from '../messaging/publisher.ts';
import type { Carried } from '../messaging/carry.ts';

export interface DeadFile {
  readonly path: string;
  readonly message: Carried;
}

/** Settles once the file would survive a power cut. */
export async function writeDead(folder: string, message: Message): Promise<string> {
  const { content, properties } = message;
  await makeFolder(folder);
  const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID()}.json`;
  const path = join(folder, name);
  const text = JSON.stringify({ properties, content: content.toString('base64') });
  await replaceFile(path, `${text}\n`, { sync: true });
  return path;
}

/**
 * In the order of their deaths. Nothing if there is no such folder; what can't be read is passed
 * over.
 */
export async function* readDead(folder: string): AsyncIterable<DeadFile> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const path = join(folder, name);
    const message = parse(await readFile(path, 'utf8').catch(() => ''));
    if (message) yield { path, message };
  }
}

export async function deleteDead({ path }: DeadFile): Promise<void> {
  await rm(path, { force: true });
}

/** Undefined if it is no letter: anyone who may write to the folder may have put anything there. */
function parse(text: string): Carried | undefined {
  try {
    const { properties, content } = JSON.parse(text) as { properties: unknown; content: unknown };
    const isLetter = typeof properties === 'object' && properties && typeof content === 'string';
    return isLetter ? { properties, content: Buffer.from(content, 'base64') } : undefined;
  } catch {
    return undefined;
  }
}
