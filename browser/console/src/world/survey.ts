import type { Manifest, Observation, SurveyedAction, ThreadedPolicy, World } from "interlock-policy";
import { useEffect, useMemo, useState } from "preact/hooks";
import { say } from "../app/say.ts";
import { offersOf } from "../matrix/grid.ts";
import { pathOf } from "../worlds/resources.ts";

/** What may be done to every resource of a world. */
export interface Surveyed {
  /** Whether all are asked of the world as it is now. */
  readonly isDone: boolean;
  /** Why not all could be asked. */
  readonly failure: string | undefined;
  /** Answers to each action that may be asked; undefined where they are not there yet. */
  of(resource: Observation): readonly SurveyedAction[] | undefined;
}

/** Targets of one question: few enough that the thread answers well within its deadline. */
const TARGETS = 2500;

/**
 * Asks what a subject may do to each resource of a world, part by part, in the policy's thread; while it is asked, answers
 * of the world before are given, if the same subject of it was asked for.
 *
 * - `subject`: id of a subject of the world; null: nobody, the platform, which also reports events.
 */
export function useSurvey(policy: ThreadedPolicy, world: World, subject: string | null): Surveyed {
  const [found, setFound] = useState<{ asked: readonly unknown[]; surveyed: Surveyed }>();
  const asked = [policy, world, subject] as const;
  useEffect(() => {
    let isCurrent = true;
    const answers = new Map<string, readonly SurveyedAction[]>();
    const run = async () => {
      for (const query of queriesOf(policy.manifest, world, subject)) {
        const found = await policy.survey(query);
        if (!isCurrent) return;
        for (const target of found) answers.set(pathOf(target), target.answers);
      }
      setFound({ asked, surveyed: answered(answers, true) });
    };
    run().catch((error: unknown) => isCurrent && setFound({ asked, surveyed: answered(answers, false, say(error)) }));
    return () => {
      isCurrent = false;
    };
  }, asked);
  const isNow = found?.asked.every((one, place) => one === asked[place]) ?? false;
  return useMemo(() => {
    if (!found || found.asked[0] !== policy || found.asked[2] !== subject) return NOTHING;
    return isNow ? found.surveyed : { ...found.surveyed, isDone: false, failure: undefined };
  }, [found, isNow, policy, subject]);
}

/** Names of the actions that a subject may ask of a kind in a mode; nobody: those that the platform reports as well. */
export function askedOf(manifest: Manifest, mode: number, kind: number, subject: string | null): string[] {
  return offersOf(manifest, mode, kind).flatMap(({ action }) => {
    const info = manifest.actions[action];
    return info && (info.class === "operation" || subject === null) ? [info.name] : [];
  });
}

function* queriesOf(manifest: Manifest, world: World, id: string | null) {
  const subject = world.subjects?.find((one) => one.id === id);
  const all = world.resources ?? [];
  for (const { actions, resources } of subject ? [{ actions: [], resources: all }] : reportedOf(manifest, world)) {
    for (let from = 0; from < resources.length; from += TARGETS) {
      const targets = resources.slice(from, from + TARGETS);
      const asked = new Set(targets);
      const related = all.filter((resource) => !asked.has(resource));
      yield {
        mode: world.mode,
        ...(subject ? { subject } : {}),
        actions,
        targets,
        related,
        coverage: "complete" as const,
      };
    }
  }
}

/** Where nobody asks, events are named for each kind: what is named is asked of every target. */
function reportedOf(manifest: Manifest, world: World) {
  const mode = manifest.modes.indexOf(world.mode);
  return manifest.kinds.flatMap(({ name }, kind) => {
    const actions = askedOf(manifest, mode, kind, null);
    const resources = world.resources?.filter((resource) => resource.kind === name) ?? [];
    return actions.length === 0 ? [] : [{ actions, resources }];
  });
}

const NOTHING = answered(new Map(), false);

function answered(
  answers: ReadonlyMap<string, readonly SurveyedAction[]>,
  isDone: boolean,
  failure?: string,
): Surveyed {
  return { isDone, failure, of: (resource) => answers.get(pathOf(resource)) };
}
