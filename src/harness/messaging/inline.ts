// The wire format of parameters within a message: base64, with their hash.
import { createHash } from 'node:crypto';

/**
 * Bytes, before they are encoded: with the rest of the message it fits into RabbitMQ 4's default of
 * 16 MiB.
 */
export const mostInline = 8 * 2 ** 20;

interface Location {
  readonly inline?: string;
  readonly sha256?: string;
}

export interface Inline {
  readonly inline: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

export const encodeInline = (bytes: Buffer): Inline => ({
  inline: bytes.toString('base64'),
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

export const decodeInline = (inline: string): Buffer => Buffer.from(inline, 'base64');

/** What is wrong with parameters that a message brings; none if they are no inline ones. */
export function checkInline({ inline, sha256 }: Location): string[] {
  if (inline === undefined) return [];
  const length = Buffer.byteLength(inline, 'base64');
  if (length > mostInline) return [tooLong(length)];
  const bytes = decodeInline(inline);
  // Node passes over what is no base64.
  if (bytes.toString('base64') !== inline) return ['"parameters/inline" is not padded base64'];
  return encodeInline(bytes).sha256 === sha256
    ? []
    : ['"parameters/inline" does not hash to "parameters/sha256"'];
}

const tooLong = (length: number): string =>
  `"parameters/inline" has ${length} bytes, and ${mostInline} at most travel in a message: ` +
  'put them in a file that the workers share, and name its uri';
