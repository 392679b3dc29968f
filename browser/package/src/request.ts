import type { Situation } from "./decision.js";
import { RequestError } from "./error.js";
import type * as contract from "./generated/contract.js";
import type { Action, Kind, Names, Operation, State } from "./names.js";

/** Named values; a name may have several, whose order means nothing. */
export type Attributes<Name extends string = string> = Readonly<Partial<Record<Name, string | readonly string[]>>>;

/** A resource as the caller last saw it. */
export type Observation<N extends Names = Names> = {
  [K in Kind<N>]: {
    /** Kind of resource. */
    readonly kind: K;
    /** Id, unique within the kind. */
    readonly id: string;
    /** State; `absent` is a state: not yet made, or gone. */
    readonly state: State<N, K>;
    /** What else is known of it. Default: nothing. */
    readonly attributes?: Attributes<N["kinds"][K]["attribute"]>;
  };
}[Kind<N>];

/** Who asks. */
export interface Subject<N extends Names = Names> {
  /** Id, compared with owners and shares. */
  readonly id: string;
  /** Roles held. Default: none. */
  readonly roles?: readonly N["role"][];
  /** What else is known of the subject. Default: nothing. */
  readonly attributes?: Attributes<N["subject"]>;
}

/** How much of the world `related` shows: all there is, or what is not listed may exist. */
export type Coverage = "complete" | "partial";

/** What every question has. */
export interface Question<N extends Names> {
  /** Mode of operation. */
  readonly mode: N["mode"];
  /** Who asks. Default: nobody; the platform itself reports an event. */
  readonly subject?: Subject<N> | null;
  /** Other resources that conditions may ask about. Default: none. */
  readonly related?: readonly Observation<N>[];
  /** Arguments of the action. Default: none. */
  readonly parameters?: Attributes<N["parameter"]>;
  /** Whether `related` is all there is. Default: partial. */
  readonly coverage?: Coverage;
}

/** One question: may this action be taken on this target? */
export type Request<N extends Names = Names> = Question<N> &
  {
    [K in Kind<N>]: {
      /** What is to be done, or was reported. */
      readonly action: Action<N, K>;
      /** The resource acted on. */
      readonly target: Extract<Observation<N>, { readonly kind: K }>;
    };
  }[Kind<N>];

/** One subject, one world; every target with every action. */
export interface SurveyQuery<N extends Names = Names> extends Question<N> {
  /** Default, none: every operation that the target's kind offers in the mode. */
  readonly actions?: readonly Operation<N>[];
  /** Targets; each also counts as related to the others. */
  readonly targets: readonly Observation<N>[];
}

/**
 * A request out of parsed JSON, whatever it is. Its names are not looked up: that is the policy's to do.
 *
 * Throws a {@link RequestError} that names the first thing that is wrong, and where: a field that is missing, of another
 * type or not known.
 */
export function readRequest(value: unknown): Request {
  lowerRequest(value);
  return value as Request;
}

/** A request in the contract's form. */
export function lowerRequest(request: unknown): contract.Request {
  const given = object("the request", request, [
    "mode",
    "subject",
    "action",
    "target",
    "related",
    "parameters",
    "coverage",
  ]);
  return {
    ...lowerQuestion(given),
    action: text("action", given["action"]),
    target: lowerObservation("target", given["target"]),
  };
}

/** A survey in the contract's form. */
export function lowerSurvey(query: unknown): contract.SurveyQuery {
  const given = object("the query", query, [
    "mode",
    "subject",
    "actions",
    "targets",
    "related",
    "parameters",
    "coverage",
  ]);
  return {
    ...lowerQuestion(given),
    actions: lowerList("actions", ifAbsent(given["actions"], []), text),
    targets: lowerList("targets", given["targets"], lowerObservation),
  };
}

const SITUATION = {
  mode: 0xff,
  kind: 0xff,
  state: 0xff,
  action: 0xff,
  holds: 0xffff_ffff,
  known: 0xffff_ffff,
} as const;

/** A situation in the contract's form. */
export function lowerSituation(path: string, value: unknown): Situation {
  const given = object(path, value, Object.keys(SITUATION));
  const field = (name: keyof Situation) => number(`${path}.${name}`, given[name], SITUATION[name]);
  return {
    mode: field("mode"),
    kind: field("kind"),
    state: field("state"),
    action: field("action"),
    holds: field("holds"),
    known: field("known"),
  };
}

/** What has fields. */
export type Given = Readonly<Record<string, unknown>>;

function lowerQuestion(given: Given) {
  const coverage = ifAbsent(given["coverage"], "partial");
  if (coverage !== "partial" && coverage !== "complete") {
    throw wrong("coverage", coverage, "`partial` or `complete`");
  }
  const subject = given["subject"] ?? undefined;
  return {
    mode: text("mode", given["mode"]),
    ...(subject === undefined ? {} : { subject: lowerSubject("subject", subject) }),
    related: lowerList("related", ifAbsent(given["related"], []), lowerObservation),
    parameters: lowerAttributes("parameters", ifAbsent(given["parameters"], {})),
    coverage,
  } satisfies Partial<contract.Request>;
}

/** A subject in the contract's form. */
export function lowerSubject(path: string, value: unknown): contract.Subject {
  const given = object(path, value, ["id", "roles", "attributes"]);
  return {
    id: text(`${path}.id`, given["id"]),
    roles: lowerList(`${path}.roles`, ifAbsent(given["roles"], []), text),
    attributes: lowerAttributes(`${path}.attributes`, ifAbsent(given["attributes"], {})),
  };
}

/** A resource in the contract's form. */
export function lowerObservation(path: string, value: unknown): contract.Observation {
  const given = object(path, value, ["kind", "id", "state", "attributes"]);
  return {
    kind: text(`${path}.kind`, given["kind"]),
    id: text(`${path}.id`, given["id"]),
    state: text(`${path}.state`, given["state"]),
    attributes: lowerAttributes(`${path}.attributes`, ifAbsent(given["attributes"], {})),
  };
}

function lowerAttributes(path: string, value: unknown): contract.Attribute[] {
  const attributes: contract.Attribute[] = [];
  for (const [name, given] of Object.entries(object(path, value))) {
    // A name without a value is one that TypeScript lets pass: `owner?: string` given as undefined.
    if (given === undefined) continue;
    const values = Array.isArray(given) ? given : [given];
    for (const one of values) {
      if (typeof one !== "string") throw wrong(`${path}.${name}`, one, "a string, or a list of strings");
      attributes.push({ name: text(`a name of ${path}`, name), value: text(`${path}.${name}`, one) });
    }
  }
  return attributes;
}

/** What has these fields and no others; any, where none are given. */
export function object(path: string, value: unknown, fields?: readonly string[]): Given {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(path, value, "an object");
  if (fields) {
    const unknown = Object.keys(value).find((name) => !fields.includes(name));
    if (unknown !== undefined) {
      const known = fields.map((name) => `\`${name}\``).join(", ");
      throw new RequestError("invalid", `${path} has a field \`${unknown}\` that is not known; it takes ${known}`);
    }
  }
  return value as Given;
}

/** A list in the contract's form. */
export function lowerList<T>(path: string, value: unknown, lower: (path: string, value: unknown) => T): T[] {
  if (!Array.isArray(value)) throw wrong(path, value, "a list");
  return value.map((one, index) => lower(`${path}[${index}]`, one));
}

/** A field that may be left out. `null` is not left out: nothing but a subject may be that. */
export function ifAbsent(value: unknown, otherwise: unknown): unknown {
  return value === undefined ? otherwise : value;
}

/** A string of Unicode text. */
export function text(path: string, value: unknown): string {
  if (typeof value !== "string") throw wrong(path, value, "a string");
  // Half a character has no form in UTF-8: it would become another text on the way.
  if (/\p{Surrogate}/u.test(value))
    throw new RequestError("invalid", `${path} has half a character; it must be Unicode text`);
  return value;
}

function number(path: string, value: unknown, most: number): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
  throw wrong(path, value, `a whole number from 0 to ${most}`);
}

function wrong(path: string, value: unknown, wanted: string): RequestError {
  const found =
    value === undefined
      ? "is missing"
      : value === null
        ? "is null"
        : Array.isArray(value)
          ? "is a list"
          : `is ${show(value)}`;
  return new RequestError("invalid", `${path} ${found}; it must be ${wanted}`);
}

function show(value: unknown): string {
  return typeof value === "string" ? `\`${value}\`` : typeof value === "object" ? "an object" : String(value);
}
