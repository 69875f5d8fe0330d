// The rule for the limits of vhosts and users: RabbitMQ refuses names that it doesn't know.
import { nearest } from './did-you-mean.ts';
import type { Breach } from './problem.ts';
import { oneOf, quote, renderKind } from './quote.ts';
import type { Table } from './value.ts';

export const limitRule =
  (kind: 'vhost' | 'user', known: readonly string[]) =>
  ({ limits = new Map() }: { readonly limits?: Table | undefined }): Breach[] =>
    [...limits].flatMap(([name, value]) => {
      const [code, path] = [`${kind}-limit`, ['limits', name]];
      if (!known.includes(name)) {
        const meant = nearest(name, known);
        const hint = meant === undefined ? `write ${oneOf(known)}` : `did you mean ${meant}?`;
        return [{ code, message: `${kind}s have no limit ${quote(name)}`, hint, path }];
      }
      if (Number.isSafeInteger(value)) return [];
      const message = `the limit ${name} is ${renderKind(value)}`;
      return [{ code, message, hint: 'write an integer, or -1 for no limit', path }];
    });
