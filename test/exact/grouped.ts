// Puts several cases into one vhost: it takes longer to make than all that is in it.
import { merged, nth, renamed } from './definitions.ts';
import type { Case, Side } from './draw.ts';

const casesInAVhost = 25;

/** Only cases with one default queue type share a vhost, which is that of the first. */
export function grouped(cases: readonly Case[]): Case[] {
  const types = [...new Set(cases.map(({ queueType }) => queueType))];
  return types.flatMap((type) => {
    const alike = cases.filter(({ queueType }) => queueType === type);
    const count = Math.ceil(alike.length / casesInAVhost);
    return Array.from({ length: count }, (_, index) =>
      asOne(alike.slice(index * casesInAVhost, (index + 1) * casesInAVhost)),
    );
  });
}

function asOne(cases: readonly Case[]): Case {
  const [first, ...others] = cases.map((one, at) => renamed(one, nth, at === 0 ? '' : String(at)));
  if (first === undefined) throw new Error('no case');
  const sideOf = (name: 'before' | 'after'): Side => {
    const { definitions, isExport } = first[name];
    const all = merged([definitions, ...others.map((one) => one[name].definitions)]);
    return { definitions: { ...all, vhosts: definitions.vhosts }, isExport };
  };
  return { queueType: first.queueType, before: sideOf('before'), after: sideOf('after') };
}
