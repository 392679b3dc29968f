import { AnswerCheck } from "./answer-check.js";
import { takeApart } from "./component.js";
import type { ActionOption, Decision, Outcome, Situation, SurveyedTarget } from "./decision.js";
import { digestOf } from "./digest.js";
import { PolicyError, RequestError, type RequestErrorCode } from "./error.js";
import { type Decisions, compile, start } from "./instance.js";
import { lift, liftSurvey } from "./lift.js";
import type { Manifest } from "./manifest.js";
import { checkManifest } from "./manifest-check.js";
import type { Applied, Policy } from "./policy.js";
import {
  type Attributes,
  type Observation,
  type Request,
  type SurveyQuery,
  lowerList,
  lowerRequest,
  lowerSituation,
  lowerSurvey,
} from "./request.js";
import { ABSENT, type Target, type World, requestIn, worldAfter } from "./world.js";
import type * as contract from "./generated/contract.js";

/** Most situations that are asked at once; more are asked in parts, so that they fit into the policy's memory. */
const BATCH = 16_384;

/** Makes a policy of a component's bytes, in this thread. */
export async function open(bytes: Uint8Array<ArrayBuffer>): Promise<LocalPolicy> {
  const module = await compile(takeApart(bytes));
  return new LocalPolicy(module, await digestOf(bytes));
}

/** A policy in this thread. */
export class LocalPolicy implements Policy {
  readonly manifest: Manifest;
  readonly #check: AnswerCheck;
  #decisions: Decisions | undefined;

  constructor(
    readonly module: WebAssembly.Module,
    readonly digest: string,
  ) {
    this.manifest = lift(this.#ask((decisions) => decisions.describe()));
    checkManifest(this.manifest);
    this.#check = new AnswerCheck(this.manifest);
  }

  evaluate(request: Request): Decision {
    return this.#evaluate(lowerRequest(request));
  }

  survey(query: SurveyQuery): SurveyedTarget[] {
    const lowered = lowerSurvey(query);
    const answers = this.#ask((decisions) => decisions.survey(lowered));
    this.#hold(() => this.#check.survey(lowered, answers));
    return liftSurvey(this.manifest, lowered, answers);
  }

  options(world: World, subject: string | null, target: Target, parameters?: Attributes): ActionOption[] {
    const request = lowerRequest(requestIn(world, subject, "", target, parameters));
    const mode = this.manifest.modes.indexOf(request.mode);
    const kind = this.manifest.kinds.findIndex(({ name }) => name === request.target.kind);
    if (mode < 0) throw unknown("mode", request.mode, this.manifest.modes);
    if (kind < 0)
      throw unknown(
        "kind",
        request.target.kind,
        this.manifest.kinds.map(({ name }) => name),
      );
    return this.#check.operations(mode, kind).map((index) => {
      const action = this.manifest.actions[index]?.name ?? "";
      return { action, decision: this.#evaluate({ ...request, action }) };
    });
  }

  apply(world: World, subject: string | null, action: string, target: Target, parameters?: Attributes): Applied {
    const request = requestIn(world, subject, action, target, parameters);
    const decision = this.evaluate(request);
    const next = decision.next_state;
    if (next === null) return { decision, resource: null, world };
    const resource: Observation = { ...request.target, state: next };
    return { decision, resource: next === ABSENT ? null : resource, world: worldAfter(world, resource, next) };
  }

  observe(request: Request): Situation {
    const lowered = lowerRequest(request);
    const situation = this.#ask((decisions) => decisions.observe(lowered));
    this.#hold(() => this.#check.situation(lowered, situation));
    return situation;
  }

  decideAll(situations: readonly Situation[]): Outcome[] {
    const lowered = lowerList("situations", situations, lowerSituation);
    const outcomes: Outcome[] = [];
    for (let at = 0; at < lowered.length; at += BATCH) {
      const batch = lowered.slice(at, at + BATCH);
      const answers = lift<Outcome[]>(this.#ask((decisions) => decisions.decideAll(batch)));
      this.#hold(() => this.#check.outcomes(batch, answers));
      for (const answer of answers) outcomes.push(answer);
    }
    return outcomes;
  }

  #evaluate(request: contract.Request): Decision {
    const decision = lift<Decision>(this.#ask((decisions) => decisions.evaluate(request)));
    this.#hold(() => this.#check.decision(request, decision));
    return decision;
  }

  /** An instance whose answer breaks the contract is not asked again. */
  #hold(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#decisions = undefined;
      throw error;
    }
  }

  #ask<T>(question: (decisions: Decisions) => T): T {
    try {
      this.#decisions ??= start(this.module);
      return question(this.#decisions);
    } catch (cause) {
      const mistake = readMistake(cause);
      if (mistake) throw mistake;
      // What an instance did before it failed may not be trusted.
      this.#decisions = undefined;
      const why = cause instanceof Error ? cause.message : "it stopped";
      throw new PolicyError("trap", `the policy failed to answer: ${why}`, { cause });
    }
  }
}

const CODES: readonly string[] = [
  "unknown-mode",
  "unknown-kind",
  "unknown-state",
  "unknown-action",
  "invalid",
  "other",
] satisfies RequestErrorCode[];

/** The caller's mistake, as the glue throws it. */
function readMistake(cause: unknown): RequestError | undefined {
  const payload = cause instanceof Error && "payload" in cause ? cause.payload : undefined;
  if (typeof payload !== "object" || payload === null || !("tag" in payload) || !("val" in payload)) return undefined;
  const { tag, val } = payload;
  if (typeof tag !== "string" || typeof val !== "string" || !CODES.includes(tag)) return undefined;
  return new RequestError(tag as RequestErrorCode, val);
}

function unknown(what: "mode" | "kind", name: string, known: readonly string[]): RequestError {
  const allowed = known.map((one) => `\`${one}\``).join(", ");
  return new RequestError(`unknown-${what}`, `the policy has no ${what} \`${name}\`; it has ${allowed}`);
}
