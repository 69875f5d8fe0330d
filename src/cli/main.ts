#!/usr/bin/env node
// The entry of topo.
import { enter } from './entry.ts';

await enter(async () => {
  const [{ run }, { makeProgram }] = await Promise.all([
    import('./run.ts'),
    import('./program.ts'),
  ]);
  return (argv) => run(argv, makeProgram);
});
