// What tests of imports share.
import type { SecretNames } from '../../src/import/secrets.ts';

export const origin = { header: 'Imported by a test.', importedBy: 'topo 0.0.0' };

/** The environment that an imported file asks for. */
export const envOf = (secrets: SecretNames): Record<string, string> =>
  Object.fromEntries([...secrets].map(([{ text = '' }, name]) => [name, text]));
