// A command of its own process, for tests that kill it: `start ROOT NAME` or `run ROOT PROGRAM
// ARGS…`.
import { findRabbitmq } from '../../unbundled/sandbox/find.js';
import { runInSandbox } from '../../unbundled/sandbox/run.js';
import { startSandbox } from '../../unbundled/sandbox/start.js';

const [verb, root, name, ...args] = process.argv.slice(2);
const installation = await findRabbitmq(process.env);
if (verb === 'run') process.exitCode = await runInSandbox(name, args, { root, installation });
else await startSandbox({ root, name, installation });
