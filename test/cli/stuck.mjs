// A program whose command waits for what nobody will give.
import { enter } from '../../unbundled/cli/entry.js';

await enter(() => Promise.resolve(() => new Promise(() => undefined)));
