// The lists of a file whose entries declare objects.
import type { Section } from '../topology/kinds/kind.ts';
import { sections } from '../topology/kinds/kinds.ts';

/** An entry declares one object of a kind or, as a super stream, several of different kinds. */
export type EntrySection = Section | typeof superStreams;

export const superStreams = 'super_streams';

/** In the order in which files list them. */
export const entrySections: readonly EntrySection[] = [...sections, superStreams];
