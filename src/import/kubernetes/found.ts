// What an object of the operator comes to.
import type { Entry } from '../entry.ts';

export type Found = Pick<Entry, 'section' | 'fields' | 'comments' | 'instance'>;

/** Or why it is left out. */
export type FoundOrNot = readonly Found[] | { readonly leftOut: string };
