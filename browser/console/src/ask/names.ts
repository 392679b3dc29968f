import { type InputInfo, type Manifest, type Offer, offerOf } from "interlock-policy";
import type { Fit } from "../components/Combobox.tsx";
import { statesOf } from "../matrix/grid.ts";
import { inputsOf } from "../policies/inputs.ts";
import type { Draft } from "./draft.ts";

/** A kind, a mode, an action by index; undefined where the policy has none of the name. */
export function indexOf(names: readonly { readonly name: string }[], wanted: string): number | undefined {
  const index = names.findIndex(({ name }) => name === wanted);
  return index < 0 ? undefined : index;
}

/** The offer that a draft asks for; undefined where the policy has none. */
export function offerFor(manifest: Manifest, draft: Draft): Offer | undefined {
  const mode = manifest.modes.indexOf(draft.mode);
  const kind = indexOf(manifest.kinds, draft.target.kind);
  const action = indexOf(manifest.actions, draft.action);
  if (mode < 0 || kind === undefined || action === undefined) return undefined;
  return offerOf(manifest, mode, kind, action);
}

/** Kinds that a mode has; all of them where the mode is none of the policy's. */
export function fittingKinds(manifest: Manifest, mode: string): Fit[] {
  const index = manifest.modes.indexOf(mode);
  return manifest.kinds
    .filter(({ modes }) => index < 0 || modes.includes(index))
    .map(({ name, title }) => ({ value: name, label: title }));
}

/** States of a kind that a mode has. */
export function fittingStates(manifest: Manifest, mode: string, kindName: string): Fit[] {
  const kind = indexOf(manifest.kinds, kindName);
  if (kind === undefined) return [];
  const states = manifest.kinds[kind]?.states ?? [];
  const index = manifest.modes.indexOf(mode);
  const shown = index < 0 ? states : statesOf(manifest, index, kind).flatMap((state) => states[state] ?? []);
  return shown.map(({ name, title, meaning }) => ({ value: name, label: title, meaning }));
}

/** Actions that a kind offers in a mode: first those that are offered from the state. */
export function fittingActions(manifest: Manifest, mode: string, kindName: string, state: string): Fit[] {
  const kind = indexOf(manifest.kinds, kindName);
  const modeIndex = manifest.modes.indexOf(mode);
  const info = kind === undefined ? undefined : manifest.kinds[kind];
  const from = info?.states.find(({ name }) => name === state);
  const stateIndex = info && from ? info.states.indexOf(from) : -1;
  const fits = manifest.offers
    .filter((offer) => offer.kind === kind && offer.mode === modeIndex)
    .flatMap((offer) => {
      const action = manifest.actions[offer.action];
      if (!action) return [];
      const isOffered = stateIndex < 0 || offer.from_states.includes(stateIndex);
      const group = isOffered
        ? action.class === "event"
          ? "Events"
          : "Operations"
        : `Not from ${from?.title ?? state}`;
      return [{ value: action.name, label: action.title, meaning: action.meaning, group }];
    });
  const order = ["Operations", "Events"];
  const rank = ({ group }: { group: string }) => (order.includes(group) ? order.indexOf(group) : order.length);
  return fits.sort((one, other) => rank(one) - rank(other));
}

/** Fields of a request that inputs name as well; they are no attributes. */
const FIELDS = ["subject.id", "subject.roles", "target.id", "target.state"];

/** Whether an input is an attribute or a parameter, and no field of its own. */
export function isAttribute({ path }: InputInfo): boolean {
  return !FIELDS.includes(path) && !/^related\..+\.(id|state)$/.test(path);
}

/** Inputs that an offer's conditions read, in the manifest's order; all inputs where there is no offer. */
export function inputsRead(manifest: Manifest, offer: Offer | undefined): InputInfo[] {
  return offer ? inputsOf(manifest, offer.conditions) : manifest.inputs;
}

/** Attributes that can be said below a path, such as `target` or `related.cluster`: those inputs that begin with it. */
export function attributesBelow(inputs: readonly InputInfo[], below: string): { name: string; input: InputInfo }[] {
  const prefix = `${below}.`;
  return inputs
    .filter((input) => isAttribute(input) && input.path.startsWith(prefix))
    .map((input) => ({ name: input.path.slice(prefix.length), input }))
    .filter(({ name }) => !name.includes("."));
}

/** Ids by kind of what can be linked to. */
export type IdsOf = (kind: string) => readonly Fit[];

/** Values that fit an input: those that it takes, or ids of the kind that it links to. */
export function fittingValues(input: InputInfo | undefined, idsOf: IdsOf): readonly Fit[] {
  if (!input) return [];
  if (input.values.length > 0) return input.values.map((value) => ({ value }));
  return input.links_to === null ? [] : idsOf(input.links_to);
}
