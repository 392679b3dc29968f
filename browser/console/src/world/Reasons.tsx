import type { Manifest, Reason, Reference } from "interlock-policy";
import { Sentence } from "../components/Sentence.tsx";
import { StateChip } from "../components/StateChip.tsx";
import { kindTitle } from "../policies/titles.ts";
import { pathOf } from "../worlds/resources.ts";
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
      {visible.slice(0, NAMED).map((resource) => (
        <button key={pathOf(resource)} type="button" onClick={() => chooseTarget(resource)}>
          <span class="hidden">{kindTitle(manifest, resource.kind)}: </span>
          {resource.id} <StateChip manifest={manifest} kind={resource.kind} state={resource.state} />
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
