import type { ActionOption, Decision, Outcome, Situation, SurveyedTarget } from "./decision.js";
import type { Manifest } from "./manifest.js";
import type { Action, Names } from "./names.js";
import type { Attributes, Observation, Request, SurveyQuery } from "./request.js";
import type { Target, World } from "./world.js";

/** What an action leads to. */
export interface Applied<N extends Names = Names> {
  /** The answer. */
  decision: Decision<N>;
  /** The target afterwards: null when it is gone, or when nothing was allowed. */
  resource: Observation<N> | null;
  /** The world afterwards; the same one when nothing was allowed. Only the target changes; effects are reported. */
  world: World<N>;
}

/**
 * A policy in the page's own thread, which answers at once.
 *
 * Every method throws a {@link RequestError} for the caller's mistake, and a {@link PolicyError} where the policy fails;
 * neither is a permission.
 */
export interface Policy<N extends Names = Names> {
  /** `sha256:` and the hash of the component's bytes, in hexadecimal. */
  readonly digest: string;
  /** Everything that the policy knows, its name and version among it. */
  readonly manifest: Manifest;
  /** Decides one request. */
  evaluate(request: Request<N>): Decision<N>;
  /** Decides every target with every action; no messages, so it costs a fraction of as many requests. */
  survey(query: SurveyQuery<N>): SurveyedTarget<N>[];
  /**
   * Decides everything that may be done to a resource of a world.
   *
   * - `subject`: id of a subject of the world; null: nobody asks.
   * - `parameters`: arguments, the same for every action.
   */
  options(
    world: World<N>,
    subject: string | null,
    target: Target<N>,
    parameters?: Attributes<N["parameter"]>,
  ): ActionOption<N>[];
  /** Decides an action in a world, and gives the world as it would be afterwards. The given one is not changed. */
  apply(
    world: World<N>,
    subject: string | null,
    action: Action<N>,
    target: Target<N>,
    parameters?: Attributes<N["parameter"]>,
  ): Applied<N>;
  /** The cell of a request, and what its conditions come to: for who compares policies, or draws where a request lies. */
  observe(request: Request<N>): Situation;
  /** Decides situations, by index: for who draws or enumerates the whole policy. */
  decideAll(situations: readonly Situation[]): Outcome[];
}

/** What {@link Policy} does, later. */
type Later<T> = {
  [K in keyof T]: T[K] extends (...given: infer Given) => infer Answer ? (...given: Given) => Promise<Answer> : T[K];
};

/**
 * A policy in a thread of its own, which is ended when it exceeds its deadline: the methods of {@link Policy}, which
 * give promises.
 */
export interface ThreadedPolicy<N extends Names = Names> extends Later<Policy<N>> {
  /** Ends the thread. Calls that were not answered are rejected; `afterwards` lets them be answered first. */
  close(when?: "now" | "afterwards"): void;
}

/** The methods that can be asked of a thread. */
export type Method = Exclude<keyof Policy, "digest" | "manifest">;
