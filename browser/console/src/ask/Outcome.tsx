import type { Manifest, WayOut } from "interlock-policy";
import { Notice } from "../components/Notice.tsx";
import { Sentence } from "../components/Sentence.tsx";
import { chosen } from "../link/link.ts";
import { fileOf } from "../policies/catalogue.ts";
import { catalogue } from "../policies/current.ts";
import { Answer } from "./Answer.tsx";
import type { Answered } from "./answer.ts";
import { type Draft, requestOf } from "./draft.ts";
import type { Whereabouts } from "./ReasonDetail.tsx";
import { type AboutWorld, Reproduce } from "./Reproduce.tsx";
import type { OnSay } from "./SayableList.tsx";
import type { Sayable } from "./sayable.ts";

/** What came of a question: the answer, or why there is none; and how to ask the same elsewhere. */
export function Outcome(props: {
  manifest: Manifest;
  draft: Draft | undefined;
  /** Why there is no request to ask. */
  why: string | undefined;
  answered: Answered;
  unsaid: readonly Sayable[];
  whereabouts: Whereabouts;
  about: AboutWorld | undefined;
  onSay: OnSay;
  onAsk: (way: WayOut, state?: string) => void;
}) {
  const { manifest, draft, why, answered, unsaid, whereabouts, about, onSay, onAsk } = props;
  const isAsked = why === undefined && draft !== undefined && answered.status !== "incomplete";
  return (
    <section class="outcome" aria-labelledby="answer" aria-busy={draft !== undefined && answered.draft !== draft}>
      <h2 id="answer">Answer</h2>
      <div class="outcome-answer">
        {why !== undefined ? (
          <Notice kind="empty">
            <Sentence text={why} />
          </Notice>
        ) : answered.status === "asking" ? (
          <Notice kind="loading">Asking the policy…</Notice>
        ) : answered.status === "incomplete" ? (
          <Notice kind="empty">Still to be chosen: {answered.missing.join(", ")}.</Notice>
        ) : answered.status === "refused" ? (
          <Notice kind="error">
            The policy does not take this request: <Sentence text={answered.why} />
          </Notice>
        ) : (
          <Answer
            manifest={manifest}
            draft={answered.draft}
            decision={answered.decision}
            unsaid={unsaid}
            whereabouts={whereabouts}
            onSay={onSay}
            onAsk={onAsk}
          />
        )}
      </div>
      {isAsked && draft && (
        <Reproduce
          manifest={manifest}
          policyFile={policyFile()}
          request={requestOf(draft)}
          decision={answered.status === "decided" ? answered.decision : undefined}
          about={about}
        />
      )}
    </section>
  );
}

/** The file of the policy that is shown; null where the program has it built in. */
function policyFile(): string | null {
  const url = chosen("policy") ?? catalogue.value.policies[0]?.url ?? "";
  return fileOf(catalogue.value.policies.find((entry) => entry.url === url) ?? { url });
}
