// The password of a user. Its text and its hash are secrets: plans say only where it comes from.
import { isHashOf } from './password-hash.ts';
import { Secret } from './secret.ts';

export type Password =
  /** No password lets the user in. */
  | { readonly kind: 'none' }
  /** Some password, known to the broker alone. */
  | { readonly kind: 'set' }
  /** One that topo makes if the user has none. */
  | { readonly kind: 'generated' }
  | GivenText
  | GivenHash;

interface GivenText {
  readonly kind: 'text';
  /** Undefined until it was read from its source. */
  readonly text?: Secret | undefined;
  readonly from: Source;
}

interface GivenHash {
  readonly kind: 'hash';
  readonly hash?: Secret | undefined;
  readonly algorithm: string;
  /** Undefined for the hash that the broker has. */
  readonly from?: Source | undefined;
}

export type Source =
  /** An environment variable. */
  | { readonly kind: 'environment'; readonly name: string }
  /** A file below the folder that the operator names. */
  | { readonly kind: 'file'; readonly path: string }
  /** The topology file itself. */
  | { readonly kind: 'entry' };

/** Whether a user who has one of them needs no change to have the other. */
export function isSamePassword(a: Password, b: Password): boolean {
  if (a.kind === 'none' || b.kind === 'none') return a.kind === b.kind;
  if (isOpen(a) || isOpen(b)) return a.kind !== 'text' && b.kind !== 'text';
  if (a.kind === 'text') return b.kind === 'text' ? isSame(a.text, b.text) : isHashed(a, b);
  if (b.kind === 'text') return isHashed(b, a);
  return a.algorithm === b.algorithm && isSame(a.hash, b.hash);
}

const isOpen = (one: Password): one is Extract<Password, { kind: 'set' | 'generated' }> =>
  one.kind === 'set' || one.kind === 'generated';

const isHashed = ({ text }: GivenText, { hash, algorithm }: GivenHash): boolean =>
  text !== undefined && hash !== undefined && isHashOf(text.reveal(), hash.reveal(), algorithm);

const isSame = (a: Secret | undefined, b: Secret | undefined): boolean =>
  a !== undefined && a.reveal() === b?.reveal();

/** What stands for a password in plans; reads back, but for what only the topology file holds. */
export function renderPassword(password: Password): string {
  if (password.kind === 'text') return `from ${renderSource(password.from)}`;
  if (password.kind === 'none') return 'not set';
  if (password.kind !== 'hash') return password.kind;
  const { from, algorithm } = password;
  return from === undefined ? 'set' : `hash by ${algorithm} from ${renderSource(from)}`;
}

function renderSource(source: Source): string {
  if (source.kind === 'environment') return `$${source.name}`;
  return source.kind === 'file' ? `file ${source.path}` : 'the topology file';
}

const rendered =
  /^(?:hash by (?<algorithm>\S+) )?from (?:\$(?<name>\S+)|file (?<path>.+)|the topology file)$/s;

/** Undefined for anything that `renderPassword` never says. */
export function parsePassword(text: string): Password | undefined {
  if (text === 'not set') return { kind: 'none' };
  if (text === 'set' || text === 'generated') return { kind: text };
  const found = rendered.exec(text);
  if (found === null) return undefined;
  const from = sourceIn(found.groups ?? {});
  const { algorithm } = found.groups ?? {};
  return algorithm === undefined ? { kind: 'text', from } : { kind: 'hash', algorithm, from };
}

function sourceIn({ name, path }: Partial<Record<string, string>>): Source {
  if (name !== undefined) return { kind: 'environment', name };
  return path === undefined ? { kind: 'entry' } : { kind: 'file', path };
}

/** The one that the broker tells of. */
export function livePassword(hash: string, algorithm: string): Password {
  return hash === '' ? { kind: 'none' } : { kind: 'hash', hash: new Secret(hash), algorithm };
}
