// Texts that differ in their numbers only, such as names of one for_each: told by one pattern, `t1.q.*`.

/** What may differ among texts that are alike: a UUID, a hash, a number. */
const varying = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{8,}|\d+/gi;

/** The same for texts that are alike. */
export const shapeOf = (text: string): string => text.replace(varying, '*');

/** One pattern for texts of one shape; what is the same in all of them stands as it is. */
export function patternOf(texts: readonly string[]): string {
  const [first = '', ...rest] = texts;
  const others = rest.map((text) => text.match(varying) ?? []);
  let nth = -1;
  return first.replace(varying, (part) => {
    nth++;
    return others.every((parts) => parts[nth] === part) ? part : '*';
  });
}
