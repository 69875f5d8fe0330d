// Checks what RabbitMQ only checks on creation while the old object still exists.
import { beforeEach, describe, expect, test } from 'vitest';
import { grant } from '../../src/topology/grant.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { Exchange, Queue } from '../../src/topology/object.ts';
import { api, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import {
  arrange,
  binding,
  exchange,
  queue,
  openTestBroker,
  standing,
  userWith,
  ways,
} from './arrange.ts';

let vhost: string;
beforeEach(async () => {
  vhost = await freshVhost();
});

const all = { configure: '.*', write: '.*', read: '.*' };
const notToOther = { ...all, write: '^(x|q).*' };
const alt = { 'alternate-exchange': 'other' };
const dead = { 'x-dead-letter-exchange': 'other' };

interface Case {
  readonly situation: string;
  readonly rights: typeof all;
  readonly from: (vhost: string) => Exchange | Queue;
  readonly to: (vhost: string) => Exchange | Queue;
  readonly says: RegExp;
  readonly hint: (vhost: string) => string;
}

const needs =
  (next: string, own: string) =>
  (vhost: string): string =>
    grant(`user-of-${vhost}`, vhost, { write: [next], read: [own] });

const refused: readonly Case[] = [
  {
    situation: 'no write on the alternate exchange',
    rights: notToOther,
    from: (vhost) => exchange(vhost, 'x', { arguments: alt }),
    to: (vhost) => exchange(vhost, 'x', { type: 'topic', arguments: alt }),
    says: /x stays: the new one would be refused: .*access (to exchange 'other' .* )?refused/i,
    hint: needs('other', 'x'),
  },
  {
    situation: 'no write on the dead-letter exchange',
    rights: notToOther,
    from: (vhost) => queue(vhost, 'q', { arguments: dead }),
    to: (vhost) => queue(vhost, 'q', { arguments: { ...dead, 'x-max-length': 5 } }),
    says: /q stays: the new one would be refused: .*access (to exchange 'other' .* )?refused/i,
    hint: needs('other', 'q'),
  },
  {
    situation: 'no write on the exchange that dead letters went to so far',
    rights: notToOther,
    from: (vhost) => queue(vhost, 'q', { arguments: dead }),
    to: (vhost) => queue(vhost, 'q', { arguments: { 'x-max-length': 5 } }),
    says: /q stays: it could not be put back: .*access (to exchange 'other' .* )?refused/i,
    hint: needs('other', 'q'),
  },
  {
    situation: 'no read on a queue that dead-letters',
    rights: { ...all, read: '^(x|other)$' },
    from: (vhost) => queue(vhost, 'q'),
    to: (vhost) => queue(vhost, 'q', { arguments: dead }),
    says: /q stays: the new one would be refused: .*access (to queue 'q' .* )?refused/i,
    hint: needs('other', 'q'),
  },
  {
    situation: 'an argument of a wrong type',
    rights: all,
    from: (vhost) => queue(vhost, 'q'),
    to: (vhost) => queue(vhost, 'q', { arguments: { 'x-max-length': 'many' } }),
    says: /q stays: the new one would be refused: .*x-max-length.* queue 'q'/,
    hint: () => 'correct its arguments in the file',
  },
];

const done: readonly Omit<Case, 'says' | 'hint'>[] = [
  {
    situation: 'a permission for the one name',
    rights: { configure: '^(x|q)$', write: '.*', read: '.*' },
    from: (vhost) => queue(vhost, 'q', { arguments: dead }),
    to: (vhost) => queue(vhost, 'q', { arguments: { ...dead, 'x-max-length': 5 } }),
  },
  {
    situation: 'a name of 255 bytes',
    rights: all,
    from: (vhost) => queue(vhost, 'ä'.repeat(127) + 'q'),
    to: (vhost) => queue(vhost, 'ä'.repeat(127) + 'q', { arguments: dead }),
  },
  {
    situation: 'a quorum queue',
    rights: all,
    from: (vhost) => queue(vhost, 'q'),
    to: (vhost) => queue(vhost, 'q', { type: 'quorum', arguments: dead }),
  },
  {
    situation: 'a stream',
    rights: all,
    from: (vhost) => queue(vhost, 'q'),
    to: (vhost) => queue(vhost, 'q', { type: 'stream', arguments: { 'x-max-age': '1h' } }),
  },
  {
    situation: 'an internal auto_delete exchange',
    rights: all,
    from: (vhost) => exchange(vhost, 'x'),
    to: (vhost) => exchange(vhost, 'x', { internal: true, auto_delete: true, arguments: alt }),
  },
];

describe.each(firstOf(ways))('$way', ({ env: way }) => {
  test.each(refused)('$situation: nothing is deleted', async ({ rights, from, to, says, hint }) => {
    const before = from(vhost);
    const rest = [exchange(vhost, 'other'), exchange(vhost, 'x0'), queue(vhost, 'q0')];
    const bound = before.kind === 'queue' ? binding(vhost, 'x0', 'q') : binding(vhost, 'x', 'q0');
    await arrange(...rest, before, bound);
    const env = await userWith(`user-of-${vhost}`, 'management', { [vhost]: rights });
    const replacing = openTestBroker({ ...env, ...way }).replace(
      before,
      to(vhost),
      [bound],
      'lose-nothing',
    );
    await expect(replacing).rejects.toMatchObject({
      message: expect.stringMatching(says) as string,
      hint: hint(vhost),
    });
    expect(await standing(vhost)).toEqual([...rest, before, bound].map(canonicalObject).sort());
  });

  test.each(done)('$situation: it is replaced, and nothing else is left', async (given) => {
    const [before, after] = [given.from(vhost), given.to(vhost)];
    const other = exchange(vhost, 'other');
    await arrange(other, before);
    const env = await userWith(`user-of-${vhost}`, 'management', { [vhost]: given.rights });
    await openTestBroker({ ...env, ...way }).replace(before, after, [], 'lose-nothing');
    expect(await standing(vhost)).toEqual([other, after].map(canonicalObject).sort());
  });

  test('a vhost at its limit of queues: it is replaced', async () => {
    const [before, after] = [queue(vhost, 'q'), queue(vhost, 'q', { arguments: dead })];
    await arrange(before);
    await api('PUT', `vhost-limits/${vhost}/max-queues`, { value: 1 });
    await openTestBroker(way).replace(before, after, [], 'lose-nothing');
    expect(await standing(vhost)).toEqual([canonicalObject(after)]);
  });
});
