import { PolicyError } from "./error.js";
import type { KindInfo, Manifest, Offer, Rule } from "./manifest.js";

/** Lists that a manifest may not exceed, as the engine's. What is indexed by eight bits has at most 256 entries. */
const MOST = {
  modes: 16,
  kinds: 256,
  actions: 256,
  conditions: 4096,
  effects: 4096,
  inputs: 4096,
  offers: 16_384,
  roles: 1024,
  grants: 65_536,
} as const;
const STATES = 256;
const CONDITIONS_OF_OFFER = 10;
const EFFECTS_OF_OFFER = 32;
const BRANCHES = 256;

/** Words of lower-case letters and digits, parted by single hyphens or underscores. */
const NAME = /^(?=.{1,128}$)[a-z][a-z0-9]*([-_][a-z0-9]+)*$/;
/** As {@link NAME}; dots part names. */
const ROLE = /^(?=.{1,128}$)[a-z][a-z0-9]*([-_.][a-z0-9]+)*$/;
/** As the contract has them; attributes may have capitals. */
const PATH = /^(?:(?:subject|target|parameter)|related\.([^.]+))\.[a-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$/;
/** Codes that the contract keeps for itself. */
const CAUSES = ["not-in-mode", "not-offered", "not-from-state"];

/**
 * Refuses a manifest that is too large, or contradicts itself: names twice, indexes out of range, bits beyond their list.
 * Whoever draws it may then rely on it.
 */
export function checkManifest(manifest: Manifest): void {
  for (const [name, most] of Object.entries(MOST)) {
    const found = manifest[name as keyof typeof MOST].length;
    if (found > most) throw wrong("the manifest", `has ${found} ${name}, and at most ${most} are allowed`);
  }
  names("a mode", manifest.modes);
  names(
    "a kind",
    manifest.kinds.map(({ name }) => name),
  );
  names(
    "an action",
    manifest.actions.map(({ name }) => name),
  );
  names(
    "a condition",
    manifest.conditions.map(({ code }) => code),
  );
  names(
    "an effect",
    manifest.effects.map(({ code }) => code),
  );
  names("a role", manifest.roles, ROLE);
  for (const kind of manifest.kinds) checkKind(manifest, kind);
  checkInputs(manifest);
  const offered = new Set<string>();
  for (const offer of manifest.offers) {
    const place = `the offer of action ${offer.action} on kind ${offer.kind} in mode ${offer.mode}`;
    const cell = [offer.mode, offer.kind, offer.action].join();
    if (offered.has(cell)) throw wrong(place, "is there twice");
    offered.add(cell);
    checkOffer(manifest, offer, place);
  }
  for (const grant of manifest.grants) {
    const place = `a grant to \`${shown(grant.role)}\``;
    if (!manifest.roles.includes(grant.role)) throw wrong(place, "names a role that there is not");
    index(place, "mode", grant.mode, manifest.modes);
    index(place, "kind", grant.kind, manifest.kinds);
    for (const action of grant.actions) index(place, "action", action, manifest.actions);
  }
}

function checkKind(manifest: Manifest, kind: KindInfo): void {
  const place = `kind \`${kind.name}\``;
  const states = kind.states.map(({ name }) => name);
  if (states.length > STATES) throw wrong(place, `has ${states.length} states, and at most ${STATES} are allowed`);
  if (states[0] !== "absent") throw wrong(place, "does not have `absent` as its first state");
  names(`a state of ${place}`, states);
  for (const mode of kind.modes) index(place, "mode", mode, manifest.modes);
  for (const state of kind.states) {
    const missing = state.modes.find((mode) => !kind.modes.includes(mode));
    if (missing !== undefined) throw wrong(place, `has state \`${state.name}\` in mode ${missing}, in which it is not`);
  }
}

function checkInputs(manifest: Manifest): void {
  const kinds = new Set<string>(manifest.kinds.map(({ name }) => name));
  const paths = new Set<string>();
  for (const { path, links_to } of manifest.inputs) {
    const place = `input \`${shown(path)}\``;
    const form = PATH.exec(path);
    if (!form || (form[1] !== undefined && !kinds.has(form[1]))) throw wrong(place, "is no path of an input");
    if (paths.has(path)) throw wrong(place, "is there twice");
    if (links_to !== null && !kinds.has(links_to)) throw wrong(place, "links to a kind that there is not");
    paths.add(path);
  }
  for (const { code, reads } of manifest.conditions) {
    const place = `condition \`${code}\``;
    if (CAUSES.includes(code)) throw wrong(place, "has a code that the contract keeps for itself");
    if (!reads.every((path) => paths.has(path))) throw wrong(place, "reads an input that there is not");
  }
}

function checkOffer(manifest: Manifest, offer: Offer, place: string): void {
  index(place, "mode", offer.mode, manifest.modes);
  index(place, "action", offer.action, manifest.actions);
  const kind = index(place, "kind", offer.kind, manifest.kinds);
  if (!kind.modes.includes(offer.mode)) throw wrong(place, "is in a mode in which the kind is not");
  if (offer.conditions.length > CONDITIONS_OF_OFFER) {
    throw wrong(place, `has ${offer.conditions.length} conditions, and at most ${CONDITIONS_OF_OFFER} are allowed`);
  }
  if (offer.effects.length > EFFECTS_OF_OFFER) {
    throw wrong(place, `has ${offer.effects.length} effects, and at most ${EFFECTS_OF_OFFER} are allowed`);
  }
  for (const condition of offer.conditions) index(place, "condition", condition, manifest.conditions);
  for (const effect of offer.effects) index(place, "effect", effect, manifest.effects);
  bits(place, "selectors", offer.selectors, offer.conditions.length);
  const states = offer.rules.flatMap(({ from_states }) => from_states).sort((one, other) => one - other);
  if (new Set(states).size !== states.length) throw wrong(place, "has two rules for one state");
  if (states.join() !== offer.from_states.join()) throw wrong(place, "is not from the states of its rules");
  for (const state of states) {
    if (!index(place, "state", state, kind.states).modes.includes(offer.mode)) {
      throw wrong(place, `is from state ${state}, which is not in its mode`);
    }
  }
  for (const rule of offer.rules) checkRule(manifest, kind, offer, rule, place);
}

function checkRule(manifest: Manifest, kind: KindInfo, offer: Offer, rule: Rule, place: string): void {
  const conditions = offer.conditions.length;
  bits(place, "required conditions", rule.requires, conditions);
  if (rule.branches.length > BRANCHES) throw wrong(place, `has a rule with more than ${BRANCHES} ends`);
  const last = rule.branches.at(-1);
  if (!last || last.when !== 0 || last.unless !== 0)
    throw wrong(place, "has a rule whose last end does not match always");
  for (const branch of rule.branches) {
    bits(place, "selectors", branch.when | branch.unless, conditions);
    bits(place, "required conditions", branch.requires, conditions);
    bits(place, "effects", branch.effects, offer.effects.length);
    if (((branch.when | branch.unless) & ~offer.selectors) !== 0) throw wrong(place, "selects by what is no selector");
    if (branch.next_state !== null) index(place, "next state", branch.next_state, kind.states);
  }
  for (const alternative of rule.alternatives) index(place, "way out", alternative, manifest.actions);
}

function names(what: string, list: readonly string[], form = NAME): void {
  const seen = new Set<string>();
  for (const name of list) {
    if (!form.test(name)) throw wrong(what, `is called \`${shown(name)}\`, which is no name`);
    if (seen.has(name)) throw wrong(what, `is called \`${name}\`, as another one is`);
    seen.add(name);
  }
}

function index<T>(place: string, what: string, position: number, list: readonly T[]): T {
  const entry = list[position];
  if (entry === undefined) throw wrong(place, `has ${what} ${position}, and there are ${list.length}`);
  return entry;
}

function bits(place: string, what: string, mask: number, count: number): void {
  if (count < 32 && mask >>> count !== 0) throw wrong(place, `has ${what} beyond its list, which has ${count}`);
}

function wrong(place: string, problem: string): PolicyError {
  return new PolicyError("breach", `the policy contradicts itself: ${place} ${problem}`);
}

/** A name of the policy's own, as long as a name may be. */
function shown(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}
