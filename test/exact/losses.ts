// Names what an edit or a delete may lose, by topo's guards: each needs consent.
import type { Definitions, Entry } from './definitions.ts';

/** Streams, which can't be counted; exchanges that others may send on to; policies that drop. */
export function lossesOf(before: Definitions, after: Definitions): string[] {
  const policies = [before, after].flatMap((side) => [
    ...side.policies.map((one) => addressOf('policies', one)),
    ...side.operator_policies.map((one) => addressOf('operator-policies', one)),
  ]);
  const exchanges = before.exchanges.map((one) => addressOf('exchanges', one));
  return [...new Set([...streamsOf(before), ...exchanges, ...policies])];
}

export const streamsOf = ({ queues }: Definitions): string[] =>
  queues.filter(isStream).map((one) => addressOf('queues', one));

const isStream = ({ arguments: table = {} }: Entry): boolean =>
  (table as Entry)['x-queue-type'] === 'stream';

const addressOf = (list: string, { vhost, name }: Entry): string =>
  [list, ...[vhost, name].map((part) => encode(String(part)))].join('/');

/** As an address has it, with `*` encoded, too. */
const encode = (part: string): string =>
  encodeURIComponent(part).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
