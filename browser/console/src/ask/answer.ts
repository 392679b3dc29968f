import type { Decision, ThreadedPolicy } from "interlock-policy";
import { useEffect, useMemo, useState } from "preact/hooks";
import { say } from "../app/say.ts";
import { type Draft, missing, requestOf } from "./draft.ts";

/** What came of asking: an answer, what is still to be chosen, or why there is no answer. */
export type Answered =
  | { readonly status: "asking"; readonly draft: undefined }
  | { readonly status: "incomplete"; readonly draft: Draft; readonly missing: readonly string[] }
  | { readonly status: "decided"; readonly draft: Draft; readonly decision: Decision }
  | { readonly status: "refused"; readonly draft: Draft; readonly why: string };

/**
 * Asks the policy a draft, anew with each change of it. The last answer stays, with its draft, until the next one is there.
 */
export function useAnswer(policy: ThreadedPolicy, draft: Draft | undefined): Answered {
  const [answered, setAnswered] = useState<Answered>({ status: "asking", draft: undefined });
  const open = useMemo(() => (draft ? missing(draft) : []), [draft]);
  useEffect(() => {
    if (!draft) return;
    if (open.length > 0) return setAnswered({ status: "incomplete", draft, missing: open });
    let isCurrent = true;
    policy.evaluate(requestOf(draft)).then(
      (decision) => isCurrent && setAnswered({ status: "decided", draft, decision }),
      (error: unknown) => isCurrent && setAnswered({ status: "refused", draft, why: say(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [policy, draft]);
  return answered;
}
