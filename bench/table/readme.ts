/** The part of a text that is generated: what stands between two lines. */

const BEGIN = "<!-- bench:begin -->";
const END = "<!-- bench:end -->";

/** `text` with `part` in place of what was there. Throws if it has no such place. */
export function withPart(text: string, part: string): string {
  const { before, after } = split(text);
  return `${before}${BEGIN}\n${part}\n${END}${after}`;
}

export function partOf(text: string): string {
  return split(text).part.trim();
}

function split(text: string): { before: string; part: string; after: string } {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`there is no place for the table. Put ${BEGIN} and ${END} around it.`);
  }
  return {
    before: text.slice(0, begin),
    part: text.slice(begin + BEGIN.length, end),
    after: text.slice(end + END.length),
  };
}
