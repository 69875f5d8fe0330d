// A disk that is full, or nearly: each command says so, loses nothing and leaves nothing half written. All sizes: full-disk.long.test.ts.
import { testEachSize } from './full-disk-sizes.ts';

testEachSize(4);
