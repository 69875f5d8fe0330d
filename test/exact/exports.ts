// Takes from exports of a whole broker what belongs to some cases.
import { sections, toText, toValue, type Definitions, type Entry } from './definitions.ts';

/** The entries whose vhost, or else name, begins with `own`. */
export function ownDefinitions(text: string, own: string): string {
  const all = toValue(text) as Partial<Definitions>;
  const isOwn = ({ vhost, name }: Entry) => String(vhost ?? name).startsWith(own);
  return toText(
    Object.fromEntries(sections.map((section) => [section, (all[section] ?? []).filter(isOwn)])),
  );
}

const ofTheCluster = ['vhosts', 'users', 'global_parameters'];

/** The same of YAML, line by line: to parse it would change its numbers. */
export function ownYaml(text: string, own: string): string {
  const [head = '', ...rest] = text.split(/\n(?=\w+:\n)/);
  const ofHead = /^vhost: .*$/m.exec(head)?.[0].includes(own) === true;
  return [head, ...rest.map((section) => ownEntries(section, own, ofHead))].join('\n');
}

function ownEntries(section: string, own: string, ofHead: boolean): string {
  const [title = '', ...entries] = section.split(/\n(?= {2}- )/);
  const mayBeOfHead = ofHead && !ofTheCluster.includes(title.replace(':', ''));
  const mine = entries.filter(
    (entry) => entry.includes(own) || (mayBeOfHead && !/\bvhost: /.test(entry)),
  );
  return mine.length === 0 ? '' : [title, ...mine, ''].join('\n');
}
