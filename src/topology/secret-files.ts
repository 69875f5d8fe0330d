// Names the files of passwords, below the folder that the operator names.
import { hash } from './address.ts';

/** The names on the way to a file; undefined for a path that leads out of the folder. */
export function namesIn(path: string): string[] | undefined {
  const names = path.split('/');
  const isName = (name: string): boolean => !/^\.{0,2}$|[\\:\0]/.test(name);
  return names.every(isName) ? names : undefined;
}

/** The file for the password that topo makes for a user. */
export function fileOfUser(name: string): string {
  const escaped = encodeURIComponent(name).replace(/^\.|[!'()*~]/g, toPercent);
  // File systems allow 255 bytes.
  const short = escaped.length <= 200 ? escaped : `${escaped.slice(0, 180)}.${hash(name, 16)}`;
  return `${short}.password`;
}

const toPercent = (char: string): string =>
  `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Whether a text looks like a password that topo made: 256 random bits in base64url. */
export const isMade = (text: string): boolean => /^[\w-]{43}$/.test(text);
