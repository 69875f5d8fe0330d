// How the tables of components describe a key of a runtime parameter's value.
import type { PlainValue } from './policy-value.ts';
import type { Span } from './versions.ts';

export type ParameterValue =
  | PlainValue
  | { readonly kind: 'flag' | 'uris' | 'queue-name' | 'texts' }
  | { readonly kind: 'arguments'; readonly of: 'queue' | 'consumer' }
  /** A number of messages, or one of these words. */
  | { readonly kind: 'removal'; readonly words: readonly string[] }
  | { readonly kind: 'fields'; readonly of: KeyTable };

export interface ParameterKey {
  readonly value: ParameterValue;
  /** The values of some versions, where they differ. */
  readonly other?: Span & { readonly value: ParameterValue };
  readonly isNeeded?: true;
  /** The versions that take the key. */
  readonly taken: Span;
  /** The versions that take it and never read it. */
  readonly ignored?: Span;
  /** What to do where a version refuses or ignores it. */
  readonly remedy?: string;
}

export type KeyTable = ReadonlyMap<string, ParameterKey>;

/** What is wrong with keys that need or exclude each other. */
export interface Together {
  /** The key to blame; undefined for the value as a whole. */
  readonly key?: string;
  readonly message: string;
  readonly hint: string;
  /** The versions that refuse it. */
  readonly refused: Span;
}

export const choice = (...of: readonly string[]): ParameterValue => ({ kind: 'choice', of });
