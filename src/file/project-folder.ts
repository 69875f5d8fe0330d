// Keeps what a file names within its project: the folder of the first topology file. Neither .. nor
// a link leads out of it.
import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, sep } from 'node:path';

export type Whereabouts = 'inside' | 'outside' | 'missing';

export class ProjectFolder {
  readonly path: string;

  /** `file`: the first topology file, or `-` for stdin. */
  constructor(file: string) {
    this.path = dirname(file);
  }

  /** Where a path leads, once links are followed. Doesn't tell what there is outside. */
  async locate(path: string): Promise<Whereabouts> {
    if (/^\.\.(?:$|[/\\])/.test(relative(this.path, path))) return 'outside';
    const root = await realpath(this.path).catch(() => undefined);
    if (root === undefined) return 'missing';
    const real = await realpath(path).catch(() => undefined);
    if (real !== undefined) return isWithin(root, real) ? 'inside' : 'outside';
    const isLink = await lstat(path).then(
      () => true,
      () => false,
    );
    if (isLink) return 'outside';
    const above = dirname(path);
    const isTop = relative(this.path, above) === '';
    return isTop || (await this.locate(above)) !== 'outside' ? 'missing' : 'outside';
  }
}

const isWithin = (root: string, path: string): boolean =>
  path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);

/** Whether a file may name this path: relative, and no stdin. */
export const isRelative = (path: string): boolean =>
  path !== '' && path !== '-' && !path.includes('\0') && !isAbsolute(path);
