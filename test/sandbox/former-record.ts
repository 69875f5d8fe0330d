// The record of a sandbox from when sandboxes of one name shared a node's name.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A process that is gone. */
export const nobody = { pid: 0, since: '' };

export async function writeFormerRecord(folder: string, runner: object): Promise<void> {
  const ports = { amqp: 0, management: 0, dist: 0, epmd: 0 };
  const record = { ports, runner, desired: 'stopped' };
  await writeFile(join(folder, 'sandbox.json'), JSON.stringify(record));
}
