// How much the tests of laws and of sizes spend: a mutant faces less than usual (vitest.mutation.config.ts), npm run test:long more.

const effort = Number(process.env['TOPO_TEST_EFFORT'] ?? 1);

/** So many times what is usual. */
export const atEffort = (usual: number): number => Math.ceil(usual * effort);
