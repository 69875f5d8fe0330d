// Makes on a real broker what another tool made, by its own requests: CI has none of the tools.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { atEnd } from '../at-end.ts';
import { api, broker } from '../broker.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** `prefix`: of all vhosts and users in it. */
interface Recorded {
  readonly requests: URL;
  readonly prefix: string;
}

/**
 * Carries the requests out, in vhosts and with users of the test's own. Returns a function that
 * gives a text these names.
 */
export async function replay({ requests, prefix }: Recorded): Promise<(text: string) => string> {
  const own = `test-${randomUUID()}-`;
  const rename = (text: string): string => text.replaceAll(prefix, own);
  const lines = rename(readFileSync(requests, 'utf8')).trim().split('\n');
  for (const line of lines) {
    const { method, path, body } = JSON.parse(line) as Request;
    const created = /^\/api\/(?:vhosts|users)\/[^/]+$/.exec(path);
    if (created !== null) atEnd(() => api('DELETE', created[0].slice('/api/'.length)));
    await api(method, path.slice('/api/'.length), body);
  }
  return (text) => rename(text).replaceAll('"guest"', JSON.stringify(broker.username));
}
