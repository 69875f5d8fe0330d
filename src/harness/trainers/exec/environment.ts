// Chooses what a trainer sees of the worker's environment: what training needs, and never what
// opens the broker.
import { ExpectedError } from '../../../topology/problem.ts';

/** A name that ends in * stands for all with this prefix. */
const allowed = [
  // Where programs, homes and temporary files are, and how to write dates and letters.
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE', 'LC_*'],
  // Which accelerators, and how many threads.
  ...['CUDA_*', 'NVIDIA_*', 'HIP_VISIBLE_DEVICES', 'ROCR_VISIBLE_DEVICES'],
  ...['OMP_*', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'NUMEXPR_NUM_THREADS'],
  // Where Python and libraries are.
  ...['PYTHON*', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'LD_LIBRARY_PATH'],
];

/** Not even by --env: a trainer has no business with the broker. */
const forbidden = ['RABBITMQ_*', 'AMQP_*', 'TOPO_*'];

/**
 * `named`: of the user, beside the allow-list; `own`: set by us. Throws ExpectedError for a
 * forbidden name.
 */
export function trainerEnvironment(
  worker: NodeJS.ProcessEnv,
  named: readonly string[],
  own: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const refused = named.find((name) => matches(forbidden, name));
  if (refused !== undefined) {
    throw new ExpectedError(`--env ${refused} is never handed to a trainer`, {
      hint: 'give the trainer what it needs under a name of its own',
    });
  }
  const kept = Object.entries(worker).filter(
    ([name]) => !matches(forbidden, name) && (matches(allowed, name) || named.includes(name)),
  );
  return { ...Object.fromEntries(kept), ...own };
}

const matches = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
