// Warns of what is allowed, and most likely a mistake.
import { kinds, ownableKinds } from '../topology/kinds/kinds.ts';
import { routingKinds } from '../topology/object.ts';
import { quote } from '../topology/quote.ts';
import type { Findings } from './findings.ts';
import type { OpenedFile } from './opened-file.ts';
import { isRecord } from '../topology/json.ts';
import type { Variables } from './variables.ts';

/** A file that only holds variables is probably shared with other topologies. */
export function warnOfUnusedVariables(
  variables: Variables,
  files: readonly OpenedFile[],
  findings: Findings,
): void {
  const shared = new Set(files.filter(hasNoEntries).map(({ parsed }) => parsed.source.file));
  for (const [name, { at }] of variables.unused()) {
    if (files.length > 1 && shared.has(at.file)) continue;
    const message = `variable ${quote(name)} is never used`;
    findings.warnings.push({ code: 'unused-variable', message, hint: 'remove it', at });
  }
}

const hasNoEntries = ({ parsed }: OpenedFile): boolean =>
  Object.values(parsed.entries).every((list) => list.length === 0);

/** With more, no person wrote them by hand. */
const mostPatterns = 1000;

export function warnOfPatterns(files: readonly OpenedFile[], findings: Findings): void {
  for (const file of files) {
    for (const section of [...ownableKinds.map((kind) => kinds[kind].section), 'bindings_into']) {
      const patterns = patternsIn(file, section);
      if (patterns.length <= mostPatterns) warnOfRepeated(file, section, patterns, findings);
    }
  }
}

function warnOfRepeated(
  file: OpenedFile,
  section: string,
  patterns: readonly string[],
  findings: Findings,
): void {
  for (const [index, pattern] of patterns.entries()) {
    const isAgain = !pattern.includes('${') && patterns.indexOf(pattern) !== index;
    const warning = isAgain ? repeated(pattern) : pattern === 'all' ? onlyOne(section) : undefined;
    if (warning) findings.warnings.push(file.problem(warning, ['manage', section, index]));
  }
}

function patternsIn({ parsed }: OpenedFile, section: string): string[] {
  const { manage } = parsed.head;
  const given = isRecord(manage) ? ([manage[section] ?? []].flat() as unknown[]) : [];
  return given.map((one) => String(isRecord(one) ? one['match'] : one));
}

const onlyOne = (section: string) => ({
  code: 'all-is-a-name',
  message: `manage.${section} names one that is called "all", and no other`,
  hint: "write '*' for all of them",
});

const repeated = (pattern: string) => ({
  code: 'repeated-pattern',
  message: `pattern ${quote(pattern)} is given twice`,
  hint: 'remove one of the two',
});

/** RabbitMQ 3.10 exports a single vhost without its name; only policies and the like name it. */
export function warnOfUnnamedVhosts(files: readonly OpenedFile[], findings: Findings): void {
  for (const file of files) {
    const { head, entries } = file.parsed;
    if (!file.isExport || 'vhost' in head || 'original_vhost_name' in head) continue;
    const all = routingKinds.flatMap((kind) => entries[kinds[kind].section]);
    if (all.length === 0 || all.some(({ value }) => isRecord(value) && 'vhost' in value)) continue;
    const [vhost, ...others] = vhostsNamedIn(entries);
    if (vhost === '/' && others.length === 0) continue;
    const hint = others.length === 0 ? vhost : undefined;
    findings.warnings.push(file.problem(unnamedVhost(hint), []));
  }
}

/** By what RabbitMQ always exports with its vhost. */
function vhostsNamedIn(entries: OpenedFile['parsed']['entries']): Set<string> {
  const { policies, parameters, permissions, topic_permissions } = entries;
  const all = [...policies, ...parameters, ...permissions, ...topic_permissions];
  const vhosts = all.map(({ value }) => (isRecord(value) ? value['vhost'] : undefined));
  return new Set(vhosts.filter((vhost) => typeof vhost === 'string'));
}

function unnamedVhost(vhost: string | undefined) {
  const line = `"vhost": ${quote(vhost ?? '…')}`;
  return {
    code: 'unnamed-vhost',
    message: 'RabbitMQ exported no vhost with the entries, so they are taken to be of "/"',
    hint:
      vhost === undefined
        ? `if they are of another one, add ${line} at the top`
        : `its policies or parameters are of ${quote(vhost)}: add ${line} at the top`,
  };
}
