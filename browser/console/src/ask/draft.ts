import { ABSENT, type Attributes, type Coverage, readRequest, type Request, type Subject } from "interlock-policy";
import { isObject } from "../json/parse.ts";

/** Named values in their order. A list, since a name may be anything, even one that JavaScript's objects treat apart. */
export type Given = readonly (readonly [name: string, values: readonly string[]])[];

/** A resource, as it is being written. */
export interface DraftResource {
  readonly kind: string;
  readonly id: string;
  readonly state: string;
  readonly attributes: Given;
}

/** Who asks, as it is being written. */
export interface DraftSubject {
  readonly id: string;
  readonly roles: readonly string[];
  readonly attributes: Given;
}

/** A request that is being written: what is not chosen yet is empty text. */
export interface Draft {
  readonly mode: string;
  /** Null: nobody asks; the platform itself reports an event. */
  readonly subject: DraftSubject | null;
  readonly action: string;
  readonly target: DraftResource;
  readonly related: readonly DraftResource[];
  readonly parameters: Given;
  readonly coverage: Coverage;
}

/**
 * A draft out of parsed JSON: a request that may lack mode, action and target, or parts of it. Throws the error of the
 * request's reader for whatever else is wrong.
 */
export function readDraft(value: unknown): Draft {
  const empty = { mode: "", action: "", target: {} };
  const given = isObject(value) ? { ...empty, ...value } : value;
  const target = isObject(given) ? given["target"] : undefined;
  const whole =
    isObject(given) && isObject(target) ? { ...given, target: { kind: "", id: "", state: "", ...target } } : given;
  return draftOf(readRequest(whole));
}

/** A request as a draft. */
export function draftOf(request: Request): Draft {
  const { subject } = request;
  return {
    mode: request.mode,
    subject: subject ? subjectDraft(subject) : null,
    action: request.action,
    target: resourceDraft(request.target),
    related: (request.related ?? []).map(resourceDraft),
    parameters: givenOf(request.parameters),
    coverage: request.coverage ?? "partial",
  };
}

/** A resource as a draft has it. */
export function resourceDraft({ kind, id, state, attributes }: Request["target"]): DraftResource {
  return { kind, id, state, attributes: givenOf(attributes) };
}

/** A subject as a draft has it. */
export function subjectDraft({ id, roles = [], attributes }: Subject): DraftSubject {
  return { id, roles, attributes: givenOf(attributes) };
}

/** A draft as a request: what is empty is left out, and coverage is always said. */
export function requestOf({ mode, subject, action, target, related, parameters, coverage }: Draft): Request {
  return {
    mode,
    ...(subject === null
      ? {}
      : {
          subject: {
            id: subject.id,
            ...(subject.roles.length === 0 ? {} : { roles: subject.roles }),
            ...attributesOf("attributes", subject.attributes),
          },
        }),
    action,
    target: observationOf(target),
    ...(related.length === 0 ? {} : { related: related.map(observationOf) }),
    ...attributesOf("parameters", parameters),
    coverage,
  };
}

/** A request as people read and change it. */
export function writeRequest(request: Request): string {
  return JSON.stringify(request, null, 2);
}

/** What is still to be chosen before a draft can be asked, as people read it. */
export function missing({ mode, action, target }: Draft): string[] {
  const parts = { mode, kind: target.kind, id: target.id, state: target.state, action };
  return Object.entries(parts).flatMap(([name, text]) => (text === "" ? [name] : []));
}

/** The values that are given under a name. */
export function valuesOf(given: Given, name: string): readonly string[] | undefined {
  return given.find(([own]) => own === name)?.[1];
}

/** With other values under a name; undefined takes the name away. */
export function withValues(given: Given, name: string, values: readonly string[] | undefined): Given {
  if (values === undefined) return given.filter(([own]) => own !== name);
  if (valuesOf(given, name) === undefined) return [...given, [name, values]];
  return given.map((one) => (one[0] === name ? [name, values] : one));
}

/** A resource of which nothing is known yet but its kind. */
export function newResource(kind: string, id = "", state: string = ABSENT): DraftResource {
  return { kind, id, state, attributes: [] };
}

/** Named values as a request has them. */
export function attributesFrom(given: Given): Attributes {
  return Object.fromEntries(
    given.map(([name, values]) => [name, values.length === 1 && values[0] !== undefined ? values[0] : values]),
  );
}

function attributesOf<Name extends string>(field: Name, given: Given): Partial<Record<Name, Attributes>> {
  return (given.length === 0 ? {} : { [field]: attributesFrom(given) }) as Partial<Record<Name, Attributes>>;
}

/** Named values of a request as a draft has them. */
export function givenOf(attributes: Attributes | undefined): Given {
  return Object.entries(attributes ?? {}).map(([name, values]) => [name, [values ?? []].flat()] as const);
}

function observationOf({ kind, id, state, attributes }: DraftResource): Request["target"] {
  return { kind, id, state, ...attributesOf("attributes", attributes) };
}
