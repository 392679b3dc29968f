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
import { say } from "../app/say.ts";
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
  /** Whether something is still to be answered. */
  readonly isBusy: boolean;
}

/** Milliseconds after which what is known so far is shown, rather than what was known before. */
const PATIENCE = 150;

/**
 * Everything that may be done to a resource, in the manifest's order. In a large world each answer takes a while: first
 * come the words, then the decisions one after the other. What was answered of the same resource to the same subject, in
 * the world before or with other arguments, is given until the first of them are there; what was answered of another one
 * is not.
 */
export function useOptions(
  policy: ThreadedPolicy,
  world: World,
  subject: string | null,
  target: Exclude<Target, string>,
  parameters: Attributes,
): Options {
  const [found, setFound] = useState<{ whose: readonly unknown[]; of: readonly unknown[]; options: Options }>();
  const whose = [policy, subject, target.kind, target.id] as const;
  const of = [world, JSON.stringify([target, parameters])] as const;
  useEffect(() => {
    let isCurrent = true;
    const give = (options: Options) => isCurrent && setFound({ whose, of, options });
    let shown = performance.now();
    const run = async () => {
      const { manifest } = policy;
      const mode = manifest.modes.indexOf(world.mode);
      const kind = manifest.kinds.findIndex(({ name }) => name === target.kind);
      const actions = askedOf(manifest, mode, kind, subject);
      if (actions.length === 0) return give({ options: [], failure: undefined, isBusy: false });
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
        if (!isLast && performance.now() - shown < PATIENCE) return;
        shown = performance.now();
        give({ options, failure: undefined, isBusy: !isLast });
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
    run().catch((error: unknown) => give({ options: undefined, failure: say(error), isBusy: false }));
    return () => {
      isCurrent = false;
    };
  }, [...whose, ...of]);
  if (!found || !isSame(found.whose, whose)) return UNKNOWN;
  return isSame(found.of, of) ? found.options : { ...found.options, isBusy: true };
}

const UNKNOWN: Options = { options: undefined, failure: undefined, isBusy: true };

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.every((part, place) => part === other[place]);
}

/** Whether an action is offered from the state that the resource is in. */
export function isOffered({ answer }: Option): boolean {
  return answer.cause === "conditions";
}
