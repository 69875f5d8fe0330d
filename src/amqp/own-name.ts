// The name that all of this process's connections have in the broker's list.
import { randomBytes } from 'node:crypto';

export const ownName = `topo ${randomBytes(4).toString('hex')}`;
