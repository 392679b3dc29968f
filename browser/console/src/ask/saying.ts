import type { Manifest, World } from "interlock-policy";
import { type Draft, newResource, resourceDraft, valuesOf, withValues } from "./draft.ts";
import { fittingStates, inputsRead, offerFor } from "./names.ts";
import type { Sayable } from "./sayable.ts";

/** A draft in which something can be said, and the id of the field for it. */
export interface Saying {
  readonly draft: Draft;
  readonly field: string;
  /** Which other resource has the field; undefined where none has. */
  readonly other?: number;
}

/** Makes room in a draft for something that nobody said. */
export function sayIn(manifest: Manifest, draft: Draft, world: World | undefined, sayable: Sayable): Saying {
  const { place, name, isAttribute } = sayable;
  if (place === "target") {
    const attributes = withValues(draft.target.attributes, name, []);
    return { draft: { ...draft, target: { ...draft.target, attributes } }, field: `target.${name}` };
  }
  if (place === "parameter") {
    return { draft: { ...draft, parameters: withValues(draft.parameters, name, []) }, field: `parameter.${name}` };
  }
  if (place === "subject") {
    const subject = draft.subject ?? { id: "", roles: [], attributes: [] };
    if (!isAttribute) return { draft: { ...draft, subject }, field: `subject.${name}` };
    const attributes = withValues(subject.attributes, name, []);
    return { draft: { ...draft, subject: { ...subject, attributes } }, field: `subject.${name}` };
  }
  return sayOfRelated(manifest, draft, world, place.related, isAttribute ? name : undefined);
}

function sayOfRelated(
  manifest: Manifest,
  draft: Draft,
  world: World | undefined,
  kind: string,
  attribute: string | undefined,
): Saying {
  const lacking = draft.related.findIndex(
    (one) => one.kind === kind && attribute !== undefined && (valuesOf(one.attributes, attribute)?.length ?? 0) === 0,
  );
  const place = lacking < 0 ? draft.related.length : lacking;
  const resource = draft.related[place] ?? madeFor(manifest, draft, world, kind);
  const said =
    attribute === undefined || valuesOf(resource.attributes, attribute)
      ? resource
      : { ...resource, attributes: withValues(resource.attributes, attribute, []) };
  const related = place < draft.related.length ? draft.related.with(place, said) : [...draft.related, said];
  return {
    draft: { ...draft, related },
    other: place,
    field: attribute === undefined ? `related-${place}` : `related-${place}.${attribute}`,
  };
}

/** A resource of a kind: the one that the target names, as the world has it, if it names one that is not listed. */
function madeFor(manifest: Manifest, draft: Draft, world: World | undefined, kind: string) {
  const listed = new Set(draft.related.filter((one) => one.kind === kind).map(({ id }) => id));
  const links = inputsRead(manifest, offerFor(manifest, draft)).filter(({ links_to }) => links_to === kind);
  const named = links
    .flatMap(({ path }) => valuesOf(draft.target.attributes, path.replace(/^target\./, "")) ?? [])
    .find((id) => !listed.has(id));
  const known = world?.resources?.find((one) => one.kind === kind && one.id === named);
  const state = fittingStates(manifest, draft.mode, kind).at(1)?.value ?? "";
  return known ? resourceDraft(known) : newResource(kind, named ?? "", state);
}
