// Texts of any characters, also of ones that no text should have. fast-check's own unit 'binary' lists a million characters first,
// which takes a second.
import fc, { type StringConstraints } from 'fast-check';

const character = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10ffff))
  .map((code) => String.fromCodePoint(code));

export const anyText = (bounds: Omit<StringConstraints, 'unit'> = {}): fc.Arbitrary<string> =>
  fc.string({ ...bounds, unit: character });
