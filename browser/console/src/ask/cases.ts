import { readRequest, type Request } from "interlock-policy";
import { say } from "../app/say.ts";
import { isObject } from "../json/parse.ts";

/** A question, and where one text has several of them, its name. */
export interface Question {
  readonly name: string;
  readonly request: Request;
}

/** What of a case file, or of a single case, is read here; its other fields are for people and for `interlock test`. */
interface CaseFile {
  readonly subjects: Json;
  readonly resources: Json;
  readonly sites: Json;
  readonly related: readonly unknown[];
  readonly cases: readonly unknown[];
}

type Json = Readonly<Record<string, unknown>>;

const FILE_FIELDS = ["about", "policy", "subjects", "resources", "sites", "related", "cases"];
const CASE_FIELDS = [
  ...["name", "review", "source", "ids", "mode", "as", "action", "target", "related", "without", "only"],
  ...["parameters", "coverage", "want"],
];

/** Whether a value is a case, or a file of them, and no request. */
export function isCase(value: unknown): value is Json {
  return isObject(value) && ("cases" in value || "want" in value);
}

/**
 * The questions of a case, or of a file of cases, as `interlock test` reads them: each case in each of its modes, from each
 * of its states. The fields of a cast may stand beside `cases`. Throws an error of one sentence.
 */
export function readCases(value: Json): Question[] {
  if (!("cases" in value)) return spread({ ...EMPTY, cases: [value] }, value, "the case");
  known("the file", value, FILE_FIELDS);
  const file: CaseFile = {
    subjects: object("subjects", value["subjects"] ?? {}),
    resources: object("resources", value["resources"] ?? {}),
    sites: object("sites", value["sites"] ?? {}),
    related: list("related", value["related"] ?? []),
    cases: list("cases", value["cases"]),
  };
  if (file.cases.length === 0) throw new Error("the file has no case");
  return file.cases.flatMap((one, place) => spread(file, object(`cases[${place}]`, one), `cases[${place}]`));
}

const EMPTY: CaseFile = { subjects: {}, resources: {}, sites: {}, related: [], cases: [] };

function spread(file: CaseFile, written: Json, where: string): Question[] {
  known(where, written, CASE_FIELDS);
  const title = typeof written["name"] === "string" ? written["name"] : where;
  const modes = oneOrMany(`${where}.mode`, written["mode"]);
  const targets = inEachState(file, `${where}.target`, written["target"]);
  const subject = written["as"] === undefined ? undefined : subjectNamed(file, where, written["as"]);
  const questions = modes.flatMap((mode) =>
    targets.map((target) => {
      const request = {
        mode,
        ...(subject === undefined ? {} : { subject }),
        action: written["action"],
        target,
        related: relatedOf(file, written, where, mode, target),
        parameters: written["parameters"] ?? {},
        coverage: written["coverage"] ?? "complete",
      };
      const several = [...(modes.length > 1 ? [mode] : []), ...(targets.length > 1 ? [String(target["state"])] : [])];
      const name = several.length === 0 ? title : `${title} (${several.join(", ")})`;
      try {
        return { name, request: readRequest(request) };
      } catch (error) {
        throw new Error(`${where}: ${say(error)}`, { cause: error });
      }
    }),
  );
  if (questions.length === 0) throw new Error(`${where} lists no mode, or no state of its target`);
  return questions;
}

function relatedOf(file: CaseFile, written: Json, where: string, mode: string, target: Json): Json[] {
  const { only } = written;
  if (only !== undefined)
    return list(`${where}.only`, only).map((one, place) => single(file, `${where}.only[${place}]`, one));
  const site = Object.hasOwn(file.sites, mode) ? list(`sites.${mode}`, file.sites[mode]) : [];
  const own = list(`${where}.related`, written["related"] ?? []);
  const laid = [
    ...site.map((one) => single(file, `sites.${mode}`, one)),
    ...file.related.map((one, place) => single(file, `related[${place}]`, one)),
    ...own.map((one, place) => single(file, `${where}.related[${place}]`, one)),
  ];
  const leftOut = list(`${where}.without`, written["without"] ?? []).map((one) =>
    single(file, `${where}.without`, one),
  );
  const same = (one: Json, other: Json) => one["kind"] === other["kind"] && one["id"] === other["id"];
  // What is laid over a resource takes its place.
  return laid
    .filter((one, place) => !laid.slice(place + 1).some((later) => same(later, one)))
    .filter((one) => !same(one, target) && !leftOut.some((other) => same(other, one)));
}

function single(file: CaseFile, where: string, written: unknown): Json {
  const [one, ...others] = inEachState(file, where, written);
  if (!one || others.length > 0) throw new Error(`${where} lists states; only a target has several, or none`);
  return one;
}

function inEachState(file: CaseFile, where: string, written: unknown): Json[] {
  if (typeof written === "string") return [object(where, named(file.resources, "resource", where, written))];
  const { like, state, attributes, ...own } = object(where, written);
  known(where, own, ["kind", "id"]);
  const base = like === undefined ? {} : object(where, named(file.resources, "resource", where, like));
  const changed = Object.entries(object(`${where}.attributes`, attributes ?? {}));
  const kept = Object.entries(object(`${where}.attributes`, base["attributes"] ?? {}));
  const merged = [...kept.filter(([name]) => !changed.some(([other]) => other === name)), ...changed];
  const states = state === undefined ? [base["state"]] : oneOrMany(`${where}.state`, state);
  return states.map((each) => ({ ...base, ...own, state: each, attributes: Object.fromEntries(merged) }));
}

function subjectNamed(file: CaseFile, where: string, name: unknown): unknown {
  return named(file.subjects, "subject", where, name);
}

function named(names: Json, what: "subject" | "resource", where: string, name: unknown): unknown {
  if (typeof name === "string" && Object.hasOwn(names, name)) return names[name];
  throw new Error(
    `${where} names the ${what} \`${String(name)}\`, which this text does not have; put the cast's \`${what}s\` beside \`cases\``,
  );
}

function oneOrMany(where: string, value: unknown): string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.map((one) => {
    if (typeof one === "string") return one;
    throw new Error(
      `${where} ${one === undefined ? "is missing" : "is wrong"}; it must be a string, or a list of strings`,
    );
  });
}

function known(where: string, value: Json, fields: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !fields.includes(name));
  if (unknown === undefined) return;
  const allowed = fields.map((name) => `\`${name}\``).join(", ");
  throw new Error(`${where} has a field \`${unknown}\` that is not known; it takes ${allowed}`);
}

function object(where: string, value: unknown): Json {
  if (isObject(value)) return value;
  throw new Error(`${where} must be an object`);
}

function list(where: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} must be a list`);
}
