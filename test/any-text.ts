// Generates texts of any characters, also of invalid ones. fast-check's own unit 'binary' first
// lists a million characters, which takes a second.
import fc, { type StringConstraints } from 'fast-check';

const character = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code));

export const anyText = (bounds: Omit<StringConstraints, 'unit'> = {}): fc.Arbitrary<string> =>
  fc.string({ ...bounds, unit: character });
