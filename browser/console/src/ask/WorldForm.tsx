import { ABSENT, type Manifest, type World } from "interlock-policy";
import { Combobox } from "../components/Combobox.tsx";
import { Attributes } from "./Attributes.tsx";
import { draftOf, valuesOf, withValues } from "./draft.ts";
import {
  attributesBelow,
  fittingActions,
  fittingKinds,
  fittingValues,
  type IdsOf,
  inputsRead,
  offerFor,
} from "./names.ts";
import { Values } from "./Values.tsx";
import { WhoAsks } from "./WhoAsks.tsx";
import { requestAbout, targetIn, type WorldQuestion } from "./worldQuestion.ts";

/** A question about a world: who asks what of which resource. */
export function WorldForm(props: {
  manifest: Manifest;
  world: World;
  question: WorldQuestion;
  onChange: (question: WorldQuestion) => void;
}) {
  const { manifest, world, question, onChange } = props;
  const { as, action, kind, id, parameters, set } = question;
  const { mode, subjects = [], resources = [] } = world;
  const target = targetIn(world, question);
  const state = target?.state ?? ABSENT;
  const draft = draftOf(requestAbout(world, { ...question, as: null }));
  const read = inputsRead(manifest, offerFor(manifest, draft));
  const arguments_ = attributesBelow(read, "parameter");
  const idsOf: IdsOf = (wanted) =>
    resources.filter((one) => one.kind === wanted).map((one) => ({ value: one.id, meaning: one.state }));
  const change = (part: Partial<WorldQuestion>) => onChange({ ...question, ...part });
  const toTarget = (nextKind: string, nextId: string) => {
    const next = { ...question, kind: nextKind, id: nextId, set: [] };
    const fits = fittingActions(manifest, mode, nextKind, targetIn(world, next)?.state ?? ABSENT);
    const isOffered = fits.some(({ value }) => value === action);
    onChange({ ...next, ...(isOffered ? {} : { action: fits[0]?.value ?? "", parameters: [] }) });
  };
  return (
    <>
      <fieldset class="part">
        <legend>Who asks</legend>
        <WhoAsks
          isSubject={as !== null}
          onChange={(isSubject) => change({ as: isSubject ? (subjects[0]?.id ?? null) : null })}
        />
        {as !== null && (
          <Combobox
            label="Subject of the world"
            value={as}
            fits={subjects.map((one) => ({ value: one.id, meaning: (one.roles ?? []).join(", ") }))}
            onChange={(next) => change({ as: next })}
          />
        )}
      </fieldset>
      <fieldset class="part">
        <legend>Target</legend>
        <div class="question-fields">
          <Combobox
            label="Kind"
            value={kind}
            fits={fittingKinds(manifest, mode)}
            onChange={(next) => toTarget(next, idsOf(next)[0]?.value ?? `${next}-1`)}
          />
          <Combobox
            label="Id"
            value={id}
            fits={idsOf(kind)}
            free
            onChange={(next) => next !== "" && toTarget(kind, next)}
          />
        </div>
        <p class="meaning">
          {target ? `The world has it: ${state}.` : "The world does not have it: it is one that is yet to be made."}
        </p>
        {!target && (
          <Attributes
            what="attribute"
            of="target"
            given={set}
            read={attributesBelow(read, "target")}
            idsOf={idsOf}
            onChange={(next) => change({ set: next })}
          />
        )}
      </fieldset>
      <fieldset class="part">
        <legend>Action</legend>
        <Combobox
          label="Action"
          labelHidden
          value={action}
          fits={fittingActions(manifest, mode, kind, state)}
          onChange={(next) => change({ action: next, parameters: [] })}
        />
        {arguments_.length > 0 && (
          <div class="question-fields">
            {arguments_.map(({ name, input }) => (
              <Values
                key={name}
                id={`parameter.${name}`}
                label={name}
                values={valuesOf(parameters, name) ?? []}
                fits={fittingValues(input, idsOf)}
                meaning={input.meaning}
                onChange={(next) =>
                  change({ parameters: withValues(parameters, name, next.length === 0 ? undefined : next) })
                }
              />
            ))}
          </div>
        )}
      </fieldset>
    </>
  );
}
