// Finds a length limit of the new queue that what is carried over would exceed.
import { dropsHead, isLower, said } from '../topology/queue-loss.ts';
import type { Table } from '../topology/value.ts';
import type { Carrying } from './carry.ts';

interface Short {
  /** Such as `max-length 10`. */
  readonly by: string;
  /** Whether it drops what exceeds the limit, rather than reject it. */
  readonly drops: boolean;
  /** How many messages it takes; undefined if topo can't tell. */
  readonly room: number | undefined;
}

/** The same limit as before never counts: the old queue would have dropped as much. */
export function limitFor({
  carry: { messages },
  before,
  after,
  was,
  is,
}: Omit<Carrying, 'address'>): Short | undefined {
  if (messages === 0) return undefined;
  const pairs = was.flatMap((old) => is.map((now) => [old.settings, now.settings] as const));
  return pairs
    .flatMap(([old, now]) => {
      const drops = dropsHead(now, after.type);
      const isNew = (key: string): boolean =>
        now.has(key) && (isLower(key, old, now) || (drops && !dropsHead(old, before.type)));
      return [...byLength(now, messages, isNew), ...byBytes(now, isNew)].map((short) => ({
        ...short,
        drops,
      }));
    })
    .at(0);
}

function byLength(now: Table, messages: number, isNew: (key: string) => boolean) {
  const room = Number(now.get('max-length'));
  return isNew('max-length') && messages > room ? [{ by: said('max-length', now), room }] : [];
}

/** The broker doesn't say how many bytes a queue holds in time. */
const byBytes = (now: Table, isNew: (key: string) => boolean) =>
  isNew('max-length-bytes') ? [{ by: said('max-length-bytes', now), room: undefined }] : [];
