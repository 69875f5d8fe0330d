// Finds the file that a task calls its shard. A wrong or hostile name is poison; a missing file or
// a failing network is retryable.
import { fileURLToPath } from 'node:url';
import { TrainingError } from '../../handler.ts';
import type { Location } from '../../messaging/task.generated.ts';
import type { Downloaded } from './download.ts';
import { findBelowRoots } from './local-file.ts';
import type { ShardSettings } from './settings.ts';

/**
 * Absolute path of a regular file, and what to call when it is not needed any more. Throws
 * TrainingError.
 */
export async function locate(
  { uri, sha256 }: Location,
  settings: ShardSettings,
  signal: AbortSignal,
): Promise<Downloaded> {
  signal.throwIfAborted();
  const named = parseUri(uri);
  if (named.kind === 'url') {
    // Most workers download nothing, and need no HTTP client in their memory.
    const { download } = await import('./download.ts');
    return download(named.url, sha256, settings, signal);
  }
  const path = await findBelowRoots(named.path, settings.roots, sha256, signal);
  return { path, release: () => Promise.resolve() };
}

type Named =
  { readonly kind: 'path'; readonly path: string } | { readonly kind: 'url'; readonly url: URL };

function parseUri(uri: string): Named {
  if (uri === '' || uri.length > 4096)
    throw wrong(uri, 'is not between 1 and 4096 characters long');
  // A URL parser strips or turns such characters, and so sees another address than a person does.
  if (/[\0-\x20\x7f-\xa0\\]/.test(uri)) throw wrong(uri, 'holds a blank, a control or a backslash');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return parsePath(uri);
  if (!URL.canParse(uri)) throw wrong(uri, 'is not a valid URI');
  const url = new URL(uri);
  switch (scheme) {
    case 'file':
      return parseFileUrl(uri, url);
    case 'http':
    case 'https':
      return parseHttpUrl(uri, url);
    default:
      throw wrong(uri, `has the scheme ${scheme}:`);
  }
}

function parsePath(path: string): Named {
  if (path.startsWith('//')) throw wrong(path, 'begins with two slashes');
  return { kind: 'path', path };
}

function parseFileUrl(uri: string, url: URL): Named {
  if (!/^file:\/\/(localhost)?\//i.test(uri)) throw wrong(uri, 'is not of the form file:///path');
  if (url.search !== '' || url.hash !== '') throw wrong(uri, 'has a query or a fragment');
  try {
    const path = fileURLToPath(url);
    if (/[\0-\x1f\x7f\\]/.test(path)) throw wrong(uri, 'holds a control or a backslash');
    return parsePath(path);
  } catch (error) {
    if (error instanceof TrainingError) throw error;
    throw wrong(uri, 'is not the URI of a local file', error);
  }
}

function parseHttpUrl(uri: string, url: URL): Named {
  if (!/^https?:\/\/[^/]/i.test(uri)) throw wrong(uri, 'is not of the form https://host/path');
  if (url.username !== '' || url.password !== '' || /^[^/]*\/\/[^/?#]*@/.test(uri)) {
    throw wrong(uri, 'has a user name or a password');
  }
  if (url.hash !== '') throw wrong(uri, 'has a fragment');
  return { kind: 'url', url };
}

const wrong = (uri: string, why: string, cause?: unknown): TrainingError =>
  new TrainingError('poison', `the location ${JSON.stringify(shorten(uri))} ${why}`, {
    hint: 'name a path below a root, a file: URI, or an https: URI of an allowed host',
    cause,
  });

/** Without what may be a password. */
function shorten(uri: string): string {
  const open = uri.replace(/\/\/.*@/, '//…@');
  return open.length > 200 ? `${open.slice(0, 200)}…` : open;
}
