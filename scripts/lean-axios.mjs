// A plugin of the bundler. axios loads packages and parts of Node for forms, fetch and HTTP/2; topo
// uses none of them, and starts sooner without them.
import { join } from 'node:path';

/** What axios imports, and what it gets instead. */
const replacements = new Map([
  [
    'form-data',
    "export default class { constructor() { throw new Error('topo sends no forms'); } }",
  ],
  ['http2', "export default { connect() { throw new Error('topo speaks HTTP/1.1'); } };"],
]);

const fetchAdapter = join('axios', 'lib', 'adapters', 'fetch.js');
const types = join('axios', 'lib', 'utils.js');

/** Asking for this global makes Node load its fetch. */
const formsOfNode = /typeof G\.FormData !== 'undefined' \? G\.FormData : undefined/g;

export const leanAxios = {
  name: 'lean-axios',
  resolveId: (source) => (replacements.has(source) ? `\0${source}` : undefined),
  load(id) {
    if (id.endsWith(fetchAdapter)) return 'export const getFetch = () => false;';
    return replacements.get(id.replace('\0', ''));
  },
  transform(code, id) {
    if (!id.endsWith(types)) return undefined;
    const found = code.match(formsOfNode)?.length ?? 0;
    if (found !== 1)
      throw new Error(`axios asks for FormData ${found} times: see ${import.meta.url}`);
    return code.replace(formsOfNode, 'undefined');
  },
};
