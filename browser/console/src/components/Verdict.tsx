import type { Verdict as Word } from "interlock-policy";

/** What is shown of a cell or an answer. */
export type Mark = Word | "none";

/** How a verdict reads: colours never stand alone. */
export const MARKS: Readonly<Record<Mark, { symbol: string; word: string }>> = {
  allow: { symbol: "✓", word: "allowed" },
  deny: { symbol: "✗", word: "refused" },
  depends: { symbol: "?", word: "conditional" },
  none: { symbol: "·", word: "not offered" },
};

/** A verdict as a badge. */
export function Verdict({ verdict }: { verdict: Mark }) {
  const { symbol, word } = MARKS[verdict];
  return (
    <span class={`verdict verdict-${verdict}`}>
      <span aria-hidden="true">{symbol}</span> {word}
    </span>
  );
}
