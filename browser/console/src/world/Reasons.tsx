import type { Manifest, Reason, Reference } from "interlock-policy";
import { Sentence } from "../components/Sentence.tsx";
import { StateChip } from "../components/StateChip.tsx";
import { kindTitle } from "../policies/titles.ts";
import { chooseTarget } from "./target.ts";

/** Why not, and what is in the way: those resources can be chosen. */
export function Reasons({ id, manifest, reasons }: { id: string; manifest: Manifest; reasons: readonly Reason[] }) {
  return (
    <ul id={id} class="reasons">
      {reasons.map(({ code, message, evidence }) => (
        <li key={code}>
          <Sentence text={message} />
          {evidence.length > 0 && <InTheWay manifest={manifest} evidence={evidence} />}
        </li>
      ))}
    </ul>
  );
}

/** Resources that are named at most; the others are counted. */
const NAMED = 8;

function InTheWay({ manifest, evidence }: { manifest: Manifest; evidence: readonly Reference[] }) {
  const visible = evidence.filter(({ visible }) => visible);
  const hidden = evidence.length - visible.length;
  const more = visible.length - NAMED;
  return (
    <div class="in-the-way">
      <span class="quiet">In the way:</span>
      {visible.slice(0, NAMED).map(({ kind, id, state }) => (
        <button key={`${kind}/${id}`} type="button" onClick={() => chooseTarget({ kind, id })}>
          <span class="hidden">{kindTitle(manifest, kind)}: </span>
          {id} <StateChip manifest={manifest} kind={kind} state={state} />
        </button>
      ))}
      {more > 0 && <span class="quiet">and {more} more</span>}
      {hidden > 0 && (
        <span class="quiet" title="The subject may not view it.">
          {visible.length > 0 ? "and " : ""}
          {hidden} hidden
        </span>
      )}
    </div>
  );
}
