import {
  type Attributes,
  type Decision,
  requestIn,
  type SurveyedAction,
  type Target,
  type ThreadedPolicy,
  type World,
} from "interlock-policy";
import { useEffect, useState } from "preact/hooks";
import { say } from "../policies/current.ts";
import { askedOf } from "./survey.ts";

/** An action on a resource: what is answered in one word, and the whole decision as soon as it is there. */
export interface Option {
  readonly action: string;
  readonly answer: SurveyedAction;
  readonly decision: Decision | undefined;
}

/** What may be done to one resource. */
export interface Options {
  /** Undefined: not asked yet. */
  readonly options: readonly Option[] | undefined;
  readonly failure: string | undefined;
}

/** Milliseconds after which what is known so far is shown, rather than what was known before. */
const PATIENCE = 150;

/**
 * Everything that may be done to a resource, in the manifest's order. In a large world each answer takes a while: first
 * come the words, then the decisions one after the other.
 */
export function useOptions(
  policy: ThreadedPolicy,
  world: World,
  subject: string | null,
  target: Exclude<Target, string>,
  parameters: Attributes,
): Options {
  const [found, setFound] = useState<Options>({ options: undefined, failure: undefined });
  useEffect(() => {
    let isCurrent = true;
    let shown = performance.now();
    const run = async () => {
      const { manifest } = policy;
      const mode = manifest.modes.indexOf(world.mode);
      const kind = manifest.kinds.findIndex(({ name }) => name === target.kind);
      const actions = askedOf(manifest, mode, kind, subject);
      if (actions.length === 0) return setFound({ options: [], failure: undefined });
      const request = requestIn(world, subject, "", target, parameters);
      const [surveyed] = await policy.survey({
        mode: request.mode,
        subject: request.subject ?? null,
        related: request.related ?? [],
        parameters,
        coverage: "complete",
        actions,
        targets: [request.target],
      });
      let options = (surveyed?.answers ?? []).map((answer): Option => ({
        action: answer.action,
        answer,
        decision: undefined,
      }));
      const show = (isLast: boolean) => {
        if (!isCurrent || (!isLast && performance.now() - shown < PATIENCE)) return;
        shown = performance.now();
        setFound({ options, failure: undefined });
      };
      // What is offered from here is what is read first.
      const order = [...options].sort((one, other) => Number(!isOffered(one)) - Number(!isOffered(other)));
      for (const { action } of order) {
        show(false);
        const decision = await policy.evaluate({ ...request, action });
        if (!isCurrent) return;
        options = options.map((option) => (option.action === action ? { ...option, decision } : option));
      }
      show(true);
    };
    run().catch((error: unknown) => isCurrent && setFound({ options: undefined, failure: say(error) }));
    return () => {
      isCurrent = false;
    };
  }, [policy, world, subject, JSON.stringify([target, parameters])]);
  return found;
}

/** Whether an action is offered from the state that the resource is in. */
export function isOffered({ answer }: Option): boolean {
  return answer.cause === "conditions";
}
