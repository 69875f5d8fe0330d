// Chooses messages by their routing key, properties and headers.
import { matchesGlob } from '../topology/glob.ts';
import { headerOf, isTextProperty, propertyOf, textProperties } from './properties.ts';
import type { RawMessage } from './raw-message.ts';

export type MessageMatch = (message: RawMessage) => boolean;

const header = 'headers.';

/** What `--match` takes before its `=`. */
export const matchable = ['routing_key', ...textProperties, `${header}NAME`];

/** `text`: such as `routing_key=orders.*`. Undefined if it names nothing that can be matched. */
export function parseMatch(text: string): MessageMatch | undefined {
  const [, field = '', glob = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const read = readerOf(field);
  if (read === undefined) return undefined;
  return (message) => {
    const value = read(message);
    return value !== undefined && matchesGlob(glob, value);
  };
}

type Reader = (message: RawMessage) => string | undefined;

function readerOf(field: string): Reader | undefined {
  if (field === 'routing_key') return ({ routingKey }) => routingKey.toString();
  if (isTextProperty(field)) return ({ properties }) => propertyOf(properties, field)?.toString();
  const name = field.startsWith(header) ? field.slice(header.length) : '';
  return name === '' ? undefined : ({ properties }) => headerOf(properties, name)?.toString();
}
