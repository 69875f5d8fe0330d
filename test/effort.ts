// Sets how many cases the tests of laws and sizes try: fewer for a mutant
// (vitest.mutation.config.ts), more for npm run test:long.

const effort = Number(process.env['TOPO_TEST_EFFORT'] ?? 1);

/** Multiplies the usual number. */
export const atEffort = (usual: number): number => Math.ceil(usual * effort);
