// What topo makes for itself on a broker: names that begin alike, so that `^topo\.` lets a user configure them, and an argument as
// the mark. RabbitMQ stores arguments that it does not know, and compares none of them.

export type OwnKind = 'lock' | 'record' | 'rehearsal';

const names = /^topo\.(lock$|record\.|rehearsal\.)/;

/** The argument that says what it is for: nothing without it is ever deleted as topo's. */
const mark = 'x-topo';

/** Left out of every diff and export, and not to be declared. */
export const isOwnName = (name: string): boolean => names.test(name);

export const ownName = (kind: OwnKind, rest: string): string => `topo.${kind}.${rest}`;

export const markedAs = (kind: OwnKind): readonly [string, string] => [mark, kind];

export function isMarkedAs(
  kind: OwnKind,
  { name, arguments: args }: { name: string; arguments: ReadonlyMap<string, unknown> },
): boolean {
  return name.startsWith(`topo.${kind}.`) && args.get(mark) === kind;
}
