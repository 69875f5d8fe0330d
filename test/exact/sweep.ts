// Deletes what is left of some cases, however they ended.
import { api } from '../broker.ts';

const swept = ['users', 'global-parameters', 'vhosts'];

/** All vhosts, users and global parameters whose name begins with `prefix`. */
export async function sweep(prefix: string): Promise<void> {
  for (const list of swept) {
    const all = (await api('GET', list)) as { name: string }[];
    const mine = all.filter(({ name }) => name.startsWith(prefix));
    for (const { name } of mine) await remove(`${list}/${encodeURIComponent(name)}`);
  }
}

/** RabbitMQ 3.10 may fail at a vhost's shovels, one by one, though it deletes them. */
async function remove(path: string, attempts = 20): Promise<void> {
  try {
    await api('DELETE', path);
  } catch (error) {
    const [, status = ''] = /: (\d{3}) /.exec(String(error)) ?? [];
    if (status === '404') return;
    if (status !== '500' || attempts === 1) throw error;
    await remove(path, attempts - 1);
  }
}
