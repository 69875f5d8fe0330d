// Colours, if the output supports them; picocolors' createColors makes them.

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';
export type Paint = Readonly<Record<Colour, (text: string) => string>>;

const same = (text: string): string => text;
export const unpainted: Paint = {
  ...{ red: same, green: same, yellow: same },
  ...{ cyan: same, dim: same, bold: same },
};
