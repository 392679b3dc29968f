import type { InputInfo, Manifest } from "interlock-policy";
import { Combobox } from "../components/Combobox.tsx";
import { Attributes } from "./Attributes.tsx";
import type { DraftResource } from "./draft.ts";
import { fittingKinds, fittingStates, type IdsOf } from "./names.ts";

/** A resource, written by hand. */
export function ResourceFields(props: {
  manifest: Manifest;
  mode: string;
  /** Which one it is: ids in the page begin with it. */
  of: string;
  resource: DraftResource;
  /** Attributes of it that the action reads. */
  read: readonly { name: string; input: InputInfo }[];
  idsOf: IdsOf;
  onChange: (resource: DraftResource) => void;
}) {
  const { manifest, mode, of, resource, read, idsOf, onChange } = props;
  const { kind, id, state, attributes } = resource;
  const toKind = (next: string) => {
    const states = fittingStates(manifest, mode, next);
    const kept = states.find(({ value }) => value === state) ?? states.at(1) ?? states.at(0);
    onChange({ ...resource, kind: next, state: kept?.value ?? "" });
  };
  return (
    <>
      <div class="question-fields">
        <Combobox label="Kind" value={kind} fits={fittingKinds(manifest, mode)} onChange={toKind} />
        <Combobox
          label="Id"
          value={id}
          fits={idsOf(kind)}
          free
          onChange={(next) => onChange({ ...resource, id: next })}
        />
        <Combobox
          label="State"
          value={state}
          fits={fittingStates(manifest, mode, kind)}
          onChange={(next) => onChange({ ...resource, state: next })}
        />
      </div>
      <Attributes
        what="attribute"
        of={of}
        given={attributes}
        read={read}
        idsOf={idsOf}
        onChange={(next) => onChange({ ...resource, attributes: next })}
      />
    </>
  );
}
