// Finds a group of this machine by name: Node only knows numbers.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { quote } from '../topology/quote.ts';
import { ExpectedError } from '../topology/problem.ts';

/**
 * `name`: or a number. Throws ExpectedError if there is no such group, or the caller is not in it.
 */
export async function findGroup(name: string): Promise<number> {
  const group = /^\d+$/.test(name) ? Number(name) : await lookUp(name);
  if (group === undefined)
    throw new ExpectedError(`there is no group ${quote(name)}`, {
      hint: 'name one of those that id prints',
    });
  if (process.geteuid?.() === 0 || isOwn(group)) return group;
  throw new ExpectedError(`this user is not in the group ${quote(name)}`, {
    hint: `let an administrator add it: usermod --append --groups ${name} USER; it counts from the next login on`,
  });
}

const isOwn = (group: number): boolean =>
  process.getegid?.() === group || process.getgroups?.().includes(group) === true;

/** Asks every source that the machine is set up with, such as a network directory. */
async function lookUp(name: string): Promise<number | undefined> {
  if (name.startsWith('-')) return undefined;
  const { stdout } = await promisify(execFile)('getent', ['group', name]).catch(() => ({
    stdout: '',
  }));
  const [, , id = ''] = stdout.split(':');
  return /^\d+$/.test(id) ? Number(id) : undefined;
}
