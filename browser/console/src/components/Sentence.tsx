/** A sentence of a policy or of the program: what stands between backticks is a name. */
export function Sentence({ text }: { text: string }) {
  return <>{text.split("`").map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</>;
}
