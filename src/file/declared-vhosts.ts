// The vhosts that a file declares, and the default queue types that it gives them.
import type { DeclaredVhost } from '../topology/desired.ts';
import type { OpenedFile } from './opened-file.ts';
import { isRecord } from './parse-file.ts';

/** `vhost` is the file's own: an export of one vhost gives it a type without declaring it in a list. */
export function readDeclaredVhosts(
  file: OpenedFile,
  head: unknown,
  vhost: string,
): Map<string, DeclaredVhost> {
  const declared = new Map<string, DeclaredVhost>();
  if (!isRecord(head)) return declared;
  const type = typeOf(head);
  if (type !== undefined) declared.set(vhost, { type, at: file.at(['default_queue_type'], 'key') });
  const list = Array.isArray(head['vhosts']) ? head['vhosts'] : [];
  for (const [index, entry] of list.entries()) {
    if (!isRecord(entry) || typeof entry['name'] !== 'string') continue;
    declared.set(entry['name'], { type: typeOf(entry), at: file.at(['vhosts', index]) });
  }
  return declared;
}

/** RabbitMQ writes it in either place; 3.10 says undefined for none. */
function typeOf(vhost: Record<string, unknown>): string | undefined {
  const metadata = isRecord(vhost['metadata']) ? vhost['metadata'] : {};
  return [vhost['default_queue_type'], metadata['default_queue_type']]
    .filter((type) => typeof type === 'string')
    .find((type) => type !== 'undefined');
}
