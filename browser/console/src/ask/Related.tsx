import type { InputInfo, Manifest, World } from "interlock-policy";
import { Combobox } from "../components/Combobox.tsx";
import { choose, chosen } from "../link/link.ts";
import { pathOf } from "../worlds/resources.ts";
import { type Draft, type DraftResource, newResource, resourceDraft } from "./draft.ts";
import { focusField } from "./focus.ts";
import { attributesBelow, fittingKinds, fittingStates, type IdsOf } from "./names.ts";
import { ResourceFields } from "./ResourceFields.tsx";

/** Resources that the form lists at once; any other is listed when it is looked for. */
const LISTED = 12;

/** Other resources that conditions may ask about. The one that is open stands in the link, as `other`. */
export function Related(props: {
  manifest: Manifest;
  draft: Draft;
  read: readonly InputInfo[];
  world: World | undefined;
  idsOf: IdsOf;
  onChange: (related: readonly DraftResource[]) => void;
}) {
  const { manifest, draft, read, world, idsOf, onChange } = props;
  const { mode, related, target } = draft;
  const opened = chosen("other") === null ? undefined : Number(chosen("other"));
  const open = (place: number | undefined) => choose({ other: place === undefined ? null : String(place) });
  const asked = new Set(read.flatMap(({ path }) => (path.startsWith("related.") ? [path.split(".")[1] ?? ""] : [])));
  const kinds = fittingKinds(manifest, mode).map((fit) => ({
    ...fit,
    group: asked.has(fit.value) ? "Read by this action" : "Not read by this action",
  }));
  const isListed = (kind: string, id: string) =>
    (target.kind === kind && target.id === id) || related.some((one) => one.kind === kind && one.id === id);
  const others = (world?.resources ?? []).filter(({ kind, id }) => !isListed(kind, id));
  const listed = [...related.entries()].filter(([place]) => place < LISTED || place === opened);
  const add = (resource: DraftResource) => {
    open(related.length);
    onChange([...related, resource]);
  };
  return (
    <fieldset class="part">
      <legend>Other resources{related.length > 0 && ` (${related.length})`}</legend>
      <ul class="related">
        {listed.map(([place, one]) => (
          <li key={place}>
            <details
              id={`related-${place}`}
              open={opened === place}
              onToggle={({ currentTarget }) => {
                if (currentTarget.open !== (opened === place)) open(currentTarget.open ? place : undefined);
              }}
            >
              <summary>
                {one.kind} <strong>{one.id || "without an id"}</strong> <span class="quiet">{one.state}</span>
              </summary>
              <ResourceFields
                manifest={manifest}
                mode={mode}
                of={`related-${place}`}
                resource={one}
                read={attributesBelow(read, `related.${one.kind}`)}
                idsOf={idsOf}
                onChange={(next) => onChange(related.with(place, next))}
              />
              <button
                type="button"
                onClick={() => {
                  open(undefined);
                  onChange(related.filter((_, index) => index !== place));
                }}
              >
                Remove {one.kind} {one.id}
              </button>
            </details>
          </li>
        ))}
      </ul>
      {related.length > LISTED && (
        <Combobox
          label={`Open another one of the ${related.length}`}
          value=""
          fits={related.map((one) => ({ value: pathOf(one), meaning: one.state }))}
          onChange={(name) => {
            const place = related.findIndex((one) => pathOf(one) === name);
            open(place);
            focusField(`related-${place}`);
          }}
        />
      )}
      <div class="question-fields">
        <Combobox
          label="Add a resource of the kind"
          value=""
          fits={kinds.sort((one, other) => Number(asked.has(other.value)) - Number(asked.has(one.value)))}
          onChange={(kind) => add(newResource(kind, "", fittingStates(manifest, mode, kind).at(1)?.value ?? ""))}
        />
        {others.length > 0 && (
          <Combobox
            label="Add from the world"
            value=""
            fits={others.map((one) => ({ value: pathOf(one), meaning: one.state }))}
            onChange={(name) => {
              const found = others.find((one) => pathOf(one) === name);
              if (found) add(resourceDraft(found));
            }}
          />
        )}
      </div>
    </fieldset>
  );
}
