// Deletes what is left of some cases, however they ended.
import { api } from '../broker.ts';

const swept = ['users', 'global-parameters', 'vhosts'];

/** All vhosts, users and global parameters whose name begins with `prefix`. */
export async function sweep(prefix: string): Promise<void> {
  for (const list of swept) {
    const all = (await api('GET', list)) as { name: string }[];
    const mine = all.filter(({ name }) => name.startsWith(prefix));
    for (const { name } of mine) await api('DELETE', `${list}/${encodeURIComponent(name)}`);
  }
}
