// Full disks: each command says so, loses nothing and leaves nothing half written. All sizes are in
// full-disk.long.test.ts.
import { testEachSize } from './full-disk-sizes.ts';

testEachSize(8, { meta: { slow: 'a command, or two, for each size' } });
