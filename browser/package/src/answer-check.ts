import type { Decision, Outcome, Reason, Situation } from "./decision.js";
import { PolicyError } from "./error.js";
import type { Answer, Request, SurveyQuery } from "./generated/contract.js";
import { type Manifest, type Offer, operationsOf } from "./manifest.js";

type Positions = ReadonlyMap<string, number>;

const CAUSES: readonly string[] = ["not-in-mode", "not-offered", "not-from-state"];

/** Holds what a policy answers against its manifest, so that nothing the contract forbids is passed on. */
export class AnswerCheck {
  readonly #modes: Positions;
  readonly #kinds: Positions;
  readonly #actions: Positions;
  readonly #states: readonly Positions[];
  readonly #conditions: Positions;
  readonly #effects: Positions;
  readonly #parameters: Positions;
  readonly #offers: ReadonlyMap<number, Offer>;
  readonly #operations = new Map<number, readonly number[]>();

  /** Of a manifest that was checked. */
  constructor(readonly manifest: Manifest) {
    this.#modes = positions(manifest.modes);
    this.#kinds = positions(manifest.kinds.map(({ name }) => name));
    this.#actions = positions(manifest.actions.map(({ name }) => name));
    this.#states = manifest.kinds.map(({ states }) => positions(states.map(({ name }) => name)));
    this.#conditions = positions(manifest.conditions.map(({ code }) => code));
    this.#effects = positions(manifest.effects.map(({ code }) => code));
    const parameters = manifest.inputs.map(({ path }) => path).filter((path) => path.startsWith("parameter."));
    this.#parameters = positions(parameters.map((path) => path.slice("parameter.".length)));
    this.#offers = new Map(manifest.offers.map((offer) => [cell(offer.mode, offer.kind, offer.action), offer]));
  }

  /** Throws a {@link PolicyError} where the request cannot have this decision. */
  decision(request: Request, decision: Decision): void {
    const { mode, kind, state, action } = this.#asked(request);
    const states = this.#statesOf(kind);
    const offer = this.#offer(mode, kind, action, state);
    const { verdict, reasons, next_state, effects, ways_out } = decision;
    if ((verdict === "allow") !== (reasons.length === 0)) throw breach(`${verdict} with ${reasons.length} reasons`);
    if (verdict !== "deny" && !offer) throw breach(`${verdict} where the action is not offered`);
    for (const reason of reasons) this.#reason(offer, reason);
    if ((verdict === "allow") !== (next_state !== null)) throw breach(`${verdict} with next state ${next_state}`);
    if (next_state !== null) known("next state", next_state, states);
    if (verdict !== "allow" && effects.length > 0) throw breach(`${verdict} with effects`);
    for (const { code } of effects) {
      const position = known("effect", code, this.#effects);
      if (!offer?.effects.includes(position)) throw breach(`effect \`${code}\` is not one of the action's`);
    }
    if (verdict !== "deny" && ways_out.length > 0) throw breach(`${verdict} with ways out`);
    for (const way of ways_out) {
      known("action of a way out", way.action, this.#actions);
      for (const from of way.from_states) known("state of a way out", from, states);
      for (const parameter of way.needs) known("parameter of a way out", parameter, this.#parameters);
    }
  }

  /** Throws a {@link PolicyError} where the situation is not of the cell that the request asks about. */
  situation(request: Request, situation: Situation): void {
    for (const [name, index] of Object.entries(this.#asked(request))) {
      const found = situation[name as keyof Situation];
      if (found !== index) throw breach(`${name} ${found} where ${index} was asked about`);
    }
  }

  /** Throws a {@link PolicyError} where the answers are not those to the query, one for each pair, in order. */
  survey(query: SurveyQuery, answers: readonly Answer[]): void {
    const mode = asked("mode", query.mode, this.#modes);
    const named = query.actions.map((action) => asked("action", action, this.#actions));
    let at = 0;
    for (const [target, { kind: name, state: from }] of query.targets.entries()) {
      const kind = asked("kind", name, this.#kinds);
      const state = asked("state", from, this.#statesOf(kind));
      const actions = named.length > 0 ? named : this.operations(mode, kind);
      for (const [position, action] of actions.entries()) {
        const answer = answers[at];
        if (answer?.target !== target || answer.action !== position)
          throw breach("it does not answer every question in order");
        this.#outcome(this.#offer(mode, kind, action, state), answer);
        at += 1;
      }
    }
    if (at !== answers.length) throw breach(`${answers.length} answers to ${at} questions`);
  }

  /** Throws a {@link PolicyError} where there is not one outcome for each situation that it can have. */
  outcomes(situations: readonly Situation[], outcomes: readonly Outcome[]): void {
    if (outcomes.length !== situations.length)
      throw breach(`${outcomes.length} answers to ${situations.length} questions`);
    for (const [at, outcome] of outcomes.entries()) {
      const { mode, kind, action, state } = situations[at] as Situation;
      const offer = this.#offer(mode, kind, action, state);
      this.#outcome(offer, outcome);
      const { verdict, next_state, effects } = outcome;
      if ((verdict === "allow") !== (next_state !== null)) throw breach(`${verdict} with next state ${next_state}`);
      const states = this.manifest.kinds[kind]?.states.length ?? 0;
      if (next_state !== null && next_state >= states)
        throw breach(`next state ${next_state}, and there are ${states}`);
      within("effects", effects, verdict === "allow" ? (offer?.effects.length ?? 0) : 0);
    }
  }

  /** The operations that a kind offers in a mode, as action indexes in ascending order. */
  operations(mode: number, kind: number): readonly number[] {
    const key = cell(mode, kind, 0);
    let operations = this.#operations.get(key);
    if (!operations) this.#operations.set(key, (operations = operationsOf(this.manifest, mode, kind)));
    return operations;
  }

  /** The cell of a request, by indexes. */
  #asked({ mode, target, action }: Request) {
    const kind = asked("kind", target.kind, this.#kinds);
    return {
      mode: asked("mode", mode, this.#modes),
      kind,
      state: asked("state", target.state, this.#statesOf(kind)),
      action: asked("action", action, this.#actions),
    };
  }

  #statesOf(kind: number): Positions {
    return this.#states[kind] as Positions;
  }

  /** The offer of an action, if it is offered from the state. */
  #offer(mode: number, kind: number, action: number, state: number): Offer | undefined {
    const offer = this.#offers.get(cell(mode, kind, action));
    return offer?.from_states.includes(state) ? offer : undefined;
  }

  #reason(offer: Offer | undefined, { code, class: given, evidence }: Reason): void {
    const position = this.#conditions.get(code);
    const isDue = offer ? position !== undefined && offer.conditions.includes(position) : CAUSES.includes(code);
    if (!isDue) throw breach(`reason \`${code.slice(0, 64)}\` is not one of the action's`);
    const fixed = code === "not-in-mode" ? "mode" : "target";
    const due = offer && position !== undefined ? this.manifest.conditions[position]?.class : fixed;
    if (given !== due) throw breach(`reason \`${code}\` has class ${given}, and should have ${due}`);
    for (const { kind, state } of evidence) {
      known("state of evidence", state, this.#statesOf(known("kind of evidence", kind, this.#kinds)));
    }
  }

  #outcome(
    offer: Offer | undefined,
    { verdict, cause, reasons }: Pick<Outcome, "verdict" | "cause" | "reasons">,
  ): void {
    if ((cause === "conditions") !== (offer !== undefined))
      throw breach(`cause ${cause}, and the action is ${offer ? "" : "not "}offered`);
    if (verdict !== "deny" && !offer) throw breach(`${verdict} where the action is not offered`);
    const refuses = verdict !== "allow" && offer !== undefined;
    if (refuses && reasons === 0) throw breach(`${verdict} without reasons`);
    within("reasons", reasons, refuses ? offer.conditions.length : 0);
  }
}

function positions(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, position) => [name, position]));
}

function cell(mode: number, kind: number, action: number): number {
  return (mode * 256 + kind) * 256 + action;
}

/** The position of a name of the request. Where the manifest lacks it, the only right answer is the caller's mistake. */
function asked(what: string, name: string, positions: Positions): number {
  const position = positions.get(name);
  if (position === undefined) throw breach(`it answered a request whose ${what} it does not have`);
  return position;
}

function known(what: string, name: string, positions: Positions): number {
  const position = positions.get(name);
  if (position === undefined) throw breach(`${what} \`${name.slice(0, 64)}\` is not in its manifest`);
  return position;
}

function within(what: string, mask: number, count: number): void {
  if (count < 32 && mask >>> count !== 0) throw breach(`${what} beyond their list, which has ${count}`);
}

function breach(how: string): PolicyError {
  return new PolicyError("breach", `the policy's answer breaks the contract: ${how}`);
}
