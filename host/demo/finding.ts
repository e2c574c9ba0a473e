/** What a demo has found, and what it says of that. */

/** Something that was looked at. `isGood` is undefined when this machine could not show it. */
export interface Finding {
  isGood: boolean | undefined;
  text: string;
}

/** The line that tells a finding. */
export function findingLine({ isGood, text }: Finding): string {
  if (isGood === undefined) return `--      ${text}`;
  return `${isGood ? "ok    " : "FAILED"}  ${text}`;
}

/** What they come to, in one sentence, and whether nothing was wrong. */
export function conclusion(findings: Finding[]): { isGood: boolean; text: string } {
  const bad = findings.filter(({ isGood }) => isGood === false).length;
  const unseen = findings.filter(({ isGood }) => isGood === undefined).length;
  const rest = unseen === 0 ? "" : ` ${unseen} of ${findings.length} could not be shown here.`;
  if (bad > 0) return { isGood: false, text: `${bad} of ${findings.length} FAILED.${rest}` };
  const what = unseen === 0 ? "All of it" : "What was shown";
  return { isGood: true, text: `${what} went through the NAT.${rest}` };
}
