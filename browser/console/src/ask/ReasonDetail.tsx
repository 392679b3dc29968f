import type { Manifest, Reason, Reference } from "interlock-policy";
import { Sentence } from "../components/Sentence.tsx";
import { questionOf } from "../policies/titles.ts";
import { pathOf } from "../worlds/resources.ts";
import { type OnSay, SayableList } from "./SayableList.tsx";
import type { Sayable } from "./sayable.ts";

/** What a reason reads and nobody said is shown at once where it is no more than this. */
const UNFOLDED = 6;

/** Where a resource in the way can be looked at: in the World view, in the form, or nowhere. */
export type Whereabouts = (
  reference: Reference,
) => { readonly href: string } | { readonly show: () => void } | undefined;

/** Why not: what is in the way, and what could be said. */
export function ReasonDetail(props: {
  manifest: Manifest;
  reason: Reason;
  unsaid: readonly Sayable[];
  whereabouts: Whereabouts;
  onSay: OnSay;
}) {
  const { manifest, reason, unsaid, whereabouts, onSay } = props;
  const { code, message, evidence } = reason;
  const seen = evidence.filter(({ visible }) => visible);
  const hidden = evidence.filter(({ visible }) => !visible);
  return (
    <>
      <p>
        <Sentence text={message} /> <code class="quiet">{code}</code>
      </p>
      {evidence.length > 0 && (
        <p class="evidence">
          <span class="quiet">In the way:</span>
          {seen.map((reference) => (
            <Seen key={pathOf(reference)} reference={reference} whereabouts={whereabouts} />
          ))}
          {hiddenInWords(hidden).map((text) => (
            <span key={text} class="reference">
              {text}
            </span>
          ))}
        </p>
      )}
      {unsaid.length > 0 && (
        <details class="unsaid" open={unsaid.length <= UNFOLDED}>
          <summary>
            {unsaid.length} of what it reads {unsaid.length === 1 ? "is" : "are"} not said
          </summary>
          <SayableList sayables={unsaid.map((one) => ({ ...one, isNeeded: false }))} onSay={onSay} />
        </details>
      )}
      {unsaid.length === 0 && evidence.length === 0 && message === "" && <p>{questionOf(manifest, code)}</p>}
    </>
  );
}

function Seen({ reference, whereabouts }: { reference: Reference; whereabouts: Whereabouts }) {
  const where = whereabouts(reference);
  const text = (
    <>
      {reference.kind} <strong>{reference.id}</strong> ({reference.state})
    </>
  );
  if (!where) return <span class="reference">{text}</span>;
  if ("href" in where) {
    return (
      <a class="reference" href={where.href}>
        {text}
      </a>
    );
  }
  return (
    <button type="button" class="reference" onClick={where.show}>
      {text}
    </button>
  );
}

/** Resources that the subject may not view are told by their kind alone, and so is what a link names and is gone. */
function hiddenInWords(hidden: readonly Reference[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind, state } of hidden) {
    const text = `${kind} ${state === "absent" ? "that does not exist" : "you may not view"}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (count === 1 ? `a ${text}` : `${count} of kind ${text}`));
}
