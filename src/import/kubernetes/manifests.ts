// Reads Kubernetes objects out of manifests: several documents, lists, YAML as Kubernetes takes it.
import { composeYaml } from '../../file/compose.ts';
import { Converter } from '../../file/convert.ts';
import { parsePlain, type Scalar } from '../../file/scalar.ts';
import { isRecord } from '../../topology/json.ts';
import { Misshapen, Shape } from '../shape.ts';

export interface Manifest {
  readonly file: string;
  readonly text: string;
}

export interface KubernetesObject {
  /** Such as rabbitmq.com; empty for Kubernetes' own. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly body: Shape;
}

/** Throws Misshapen. */
export function parseManifest({ file, text }: Manifest): KubernetesObject[] {
  return documentsIn(text).flatMap(({ text: document, line }) => {
    const value = parseDocument(document, file, line);
    return value === null ? [] : objectsIn(value, file);
  });
}

/** A line that begins with --- or ... can only be a border, even within a block of text. */
function documentsIn(text: string): { text: string; line: number }[] {
  const documents: { text: string; line: number }[] = [];
  let lines: string[] = [];
  let first = 0;
  const close = () => documents.push({ text: lines.join('\n'), line: first });
  for (const [index, line] of text.split('\n').entries()) {
    if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) {
      close();
      lines = [line.replace(/^.../, '   ')];
      first = index;
    } else lines.push(line);
  }
  close();
  return documents;
}

function parseDocument(text: string, file: string, line: number): unknown {
  const { root, faults } = composeYaml(text);
  const converter = new Converter(asYaml11);
  const value = faults.length === 0 ? converter.convert(root) : null;
  const [fault] = [...faults, ...converter.faults];
  if (fault === undefined) return value;
  const at = line + text.slice(0, fault.offset).split('\n').length;
  throw new Misshapen(`${file}:${at}: ${fault.message}`, fault.hint);
}

const words = new Map<string, boolean>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
]);

/** Kubernetes reads YAML 1.1, where more words are booleans. */
const asYaml11 = (text: string): Scalar => words.get(text) ?? parsePlain(text);

function objectsIn(value: unknown, file: string): KubernetesObject[] {
  const isObject = isRecord(value) && typeof value['kind'] === 'string' && 'apiVersion' in value;
  if (!isObject) return [notAnObject(file)];
  const body = new Shape(value, file);
  const kind = body.plainText('kind');
  if (kind === 'List') return (body.list('items') ?? []).flatMap((item) => objectsIn(item, file));
  const metadata = body.map('metadata');
  const name = metadata?.optionalPlainText('name') ?? '';
  const [group = '', version] = body.plainText('apiVersion').split('/');
  return [
    {
      ...{ kind, name, group: version === undefined ? '' : group },
      namespace: metadata?.optionalPlainText('namespace') ?? '',
      body: new Shape(value, `${kind} ${name}`),
    },
  ];
}

/** It is named as what is left out. */
const notAnObject = (file: string): KubernetesObject => ({
  ...{ group: '', kind: 'no Kubernetes object', name: file, namespace: '' },
  body: new Shape({}, file),
});
