import type { Manifest, World } from "interlock-policy";
import { Choice } from "../components/Choice.tsx";
import { Combobox, type Fit } from "../components/Combobox.tsx";
import { resourceOf } from "../worlds/resources.ts";
import { Attributes } from "./Attributes.tsx";
import { type Draft, type DraftResource, type DraftSubject, resourceDraft, subjectDraft } from "./draft.ts";
import { attributesBelow, fittingActions, type IdsOf, inputsRead, offerFor } from "./names.ts";
import { Related } from "./Related.tsx";
import { ResourceFields } from "./ResourceFields.tsx";
import { Values } from "./Values.tsx";
import { WhoAsks } from "./WhoAsks.tsx";

/** A request, written by hand. Where there is a world, its names complete ids. */
export function HandForm(props: {
  manifest: Manifest;
  draft: Draft;
  world: World | undefined;
  onChange: (draft: Draft) => void;
}) {
  const { manifest, draft, world, onChange } = props;
  const { mode, subject, action, target, related, parameters, coverage } = draft;
  const read = inputsRead(manifest, offerFor(manifest, draft));
  const idsOf: IdsOf = (kind) => idsAmong([...related, ...(world?.resources ?? [])], kind);
  const change = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const actions = fittingActions(manifest, mode, target.kind, target.state);
  const toTarget = (next: DraftResource) => {
    const known = world && next.id !== target.id ? resourceOf(world, next.kind, next.id) : undefined;
    const whole = known && next.attributes.length === 0 ? resourceDraft(known) : next;
    const offered = fittingActions(manifest, mode, whole.kind, whole.state).some(({ value }) => value === action);
    change({ target: whole, ...(offered ? {} : { action: "" }) });
  };
  return (
    <>
      <div class="form-row">
        <Choice
          label="Mode"
          options={manifest.modes.map((name) => ({ value: name, label: name }))}
          value={mode}
          onChange={(next) => change({ mode: next })}
        />
        <Choice
          label="Other resources are"
          options={[
            { value: "complete", label: "all listed", title: "complete: what is not listed does not exist" },
            { value: "partial", label: "partly listed", title: "partial: what is not listed may exist" },
          ]}
          value={coverage}
          onChange={(next) => change({ coverage: next })}
        />
      </div>
      <fieldset class="part">
        <legend>Target</legend>
        <ResourceFields
          manifest={manifest}
          mode={mode}
          of="target"
          resource={target}
          read={attributesBelow(read, "target")}
          idsOf={idsOf}
          onChange={toTarget}
        />
      </fieldset>
      <fieldset class="part">
        <legend>Action</legend>
        <Combobox
          label="Action"
          labelHidden
          value={action}
          fits={actions}
          onChange={(next) => change({ action: next })}
        />
        <Attributes
          what="parameter"
          of="parameter"
          given={parameters}
          read={attributesBelow(read, "parameter")}
          idsOf={idsOf}
          onChange={(next) => change({ parameters: next })}
        />
      </fieldset>
      <fieldset class="part">
        <legend>Who asks</legend>
        <Subject
          manifest={manifest}
          subject={subject}
          world={world}
          read={attributesBelow(read, "subject")}
          idsOf={idsOf}
          onChange={(next) => change({ subject: next })}
        />
      </fieldset>
      <Related
        manifest={manifest}
        draft={draft}
        read={read}
        world={world}
        idsOf={idsOf}
        onChange={(next) => change({ related: next })}
      />
    </>
  );
}

function Subject(props: {
  manifest: Manifest;
  subject: DraftSubject | null;
  world: World | undefined;
  read: ReturnType<typeof attributesBelow>;
  idsOf: IdsOf;
  onChange: (subject: DraftSubject | null) => void;
}) {
  const { manifest, subject, world, read, idsOf, onChange } = props;
  const subjects = world?.subjects ?? [];
  const toId = (id: string) => {
    const known = subjects.find((one) => one.id === id);
    const isBare = subject === null || (subject.roles.length === 0 && subject.attributes.length === 0);
    if (known && isBare) onChange(subjectDraft(known));
    else if (subject) onChange({ ...subject, id });
  };
  return (
    <>
      <WhoAsks
        isSubject={subject !== null}
        onChange={(isSubject) => onChange(isSubject ? { id: "", roles: [], attributes: [] } : null)}
      />
      {subject && (
        <>
          <div class="question-fields">
            <Combobox
              label="Id of the subject"
              value={subject.id}
              fits={subjects.map(({ id, roles = [] }) => ({ value: id, meaning: roles.join(", ") }))}
              free
              onChange={toId}
            />
            <Values
              label="Roles"
              values={subject.roles}
              fits={manifest.roles.map((value) => ({ value }))}
              onChange={(roles) => onChange({ ...subject, roles })}
            />
          </div>
          <Attributes
            what="attribute of the subject"
            of="subject"
            given={subject.attributes}
            read={read}
            idsOf={idsOf}
            onChange={(attributes) => onChange({ ...subject, attributes })}
          />
        </>
      )}
    </>
  );
}

function idsAmong(resources: readonly { kind: string; id: string; state: string }[], kind: string): Fit[] {
  const found = new Map(resources.filter((one) => one.kind === kind).map(({ id, state }) => [id, state]));
  return [...found].map(([value, meaning]) => ({ value, meaning }));
}
