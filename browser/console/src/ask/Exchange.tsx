import type { ThreadedPolicy, WayOut } from "interlock-policy";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { Tabs } from "../components/Tabs.tsx";
import { choose, chosen } from "../link/link.ts";
import type { Whereabouts } from "./ReasonDetail.tsx";
import { useAnswer } from "./answer.ts";
import { CouldBeSaid } from "./CouldBeSaid.tsx";
import type { Draft } from "./draft.ts";
import { Outcome } from "./Outcome.tsx";
import type { AboutWorld } from "./Reproduce.tsx";
import type { OnSay } from "./SayableList.tsx";
import { sayables } from "./sayable.ts";

/** A question, as a form or as JSON, and beside it what the policy answers. */
export function Exchange(props: {
  policy: ThreadedPolicy;
  /** What stands above both forms of the question. */
  head: ComponentChildren;
  /** The form that is chosen. */
  children: ComponentChildren;
  draft: Draft | undefined;
  /** Why there is no request to ask. */
  why: string | undefined;
  whereabouts: Whereabouts;
  about: AboutWorld | undefined;
  onSay: OnSay;
  onAsk: (way: WayOut, state?: string) => void;
}) {
  const { policy, head, children, draft, why, whereabouts, about, onSay, onAsk } = props;
  const { manifest } = policy;
  const answered = useAnswer(policy, draft);
  const decision = answered.status === "decided" && answered.draft === draft ? answered.decision : undefined;
  const unsaid = useMemo(() => (draft ? sayables(manifest, draft, decision) : []), [draft, decision]);
  return (
    <div class="ask">
      <section class="question" aria-labelledby="question">
        <h2 id="question" class="hidden">
          Question
        </h2>
        {head}
        <Tabs
          label="Forms of the question"
          options={[
            { value: "form", label: "Form" },
            { value: "json", label: "JSON" },
          ]}
          value={chosen("edit") === "json" ? "json" : "form"}
          onChange={(value) => choose({ edit: value === "json" ? "json" : null })}
        >
          {children}
        </Tabs>
        <CouldBeSaid manifest={manifest} sayables={unsaid} onSay={onSay} />
      </section>
      <Outcome
        manifest={manifest}
        draft={draft}
        why={why}
        answered={answered}
        unsaid={unsaid}
        whereabouts={whereabouts}
        about={about}
        onSay={onSay}
        onAsk={onAsk}
      />
    </div>
  );
}
