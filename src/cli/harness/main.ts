#!/usr/bin/env node
// The entry of topo-harness.
import { enter } from '../entry.ts';
import { isOfSignal } from '../interrupt.ts';

await enter(async () => {
  const [{ run }, { makeProgram }] = await Promise.all([
    import('../run.ts'),
    import('./program.ts'),
  ]);
  return (argv) => run(argv, makeProgram);
});
// Who is interrupted does not wait for a connection that is still being made.
if (isOfSignal(process.exitCode)) process.exit();
