import type { Decision, Manifest, Request, World } from "interlock-policy";
import { Copyable } from "../components/Copyable.tsx";
import { Tabs } from "../components/Tabs.tsx";
import { choose, chosen } from "../link/link.ts";
import { callOf, commandOf, serviceOf, worldCommandOf } from "./command.ts";
import { writeRequest } from "./draft.ts";
import type { WorldQuestion } from "./worldQuestion.ts";

/** A world as a file, and what is asked about it. */
export interface AboutWorld {
  readonly world: World;
  readonly file: string;
  /** Whether the file is the page's own to be saved, and none of the catalogue. */
  readonly isMade: boolean;
  readonly question: WorldQuestion;
  readonly onSave: () => void;
}

/** The question and its answer, for programs: the command and the call that ask the same, and the JSON of both. */
export function Reproduce(props: {
  manifest: Manifest;
  /** File of the policy, as commands name it; null: the one built in. */
  policyFile: string | null;
  request: Request;
  decision: Decision | undefined;
  about: AboutWorld | undefined;
}) {
  const { manifest, policyFile, request, decision, about } = props;
  const ofWorld = about && worldCommandOf(manifest, policyFile, about.file, about.world, about.question);
  const files = [policyFile, ofWorld ? about.file : null].filter((file) => file !== null);
  const forms = [
    {
      value: "command",
      label: "Command",
      text: () => ofWorld ?? commandOf(policyFile, request),
      note: (
        <>
          {files.length > 0 && (
            <>
              Run it where{" "}
              {files.map((file, place) => (
                <>
                  {place > 0 && " and "}
                  <code>{file}</code>
                </>
              ))}{" "}
              {files.length > 1 ? "lie" : "lies"}.{" "}
            </>
          )}
          {ofWorld && about?.isMade && (
            <button type="button" onClick={about.onSave}>
              Save {about.file}
            </button>
          )}
        </>
      ),
    },
    {
      value: "http",
      label: "HTTP",
      text: () => callOf(policyFile, request),
      note: (
        <>
          Of <code>{serviceOf(policyFile)}</code>; another service may listen elsewhere, and call its policy otherwise.
        </>
      ),
    },
    { value: "request", label: "Request", text: () => writeRequest(request), note: null },
    ...(decision
      ? [
          {
            value: "decision",
            label: "Decision",
            text: () => JSON.stringify(decision, null, 2),
            note: decision.reasons.some(({ evidence }) => evidence.some(({ visible }) => !visible)) && (
              <>
                It names resources with <code>"visible": false</code>, for programs; show those to no subject.
              </>
            ),
          },
        ]
      : []),
  ];
  const shown = forms.find(({ value }) => value === chosen("reproduce")) ?? forms[0];
  if (!shown) return null;
  return (
    <section class="reproduce">
      <h3>Ask the same elsewhere</h3>
      <Tabs
        label="Forms of the question and its answer"
        options={forms}
        value={shown.value}
        onChange={(value) => choose({ reproduce: value === "command" ? null : value })}
      >
        <Copyable label={shown.label} text={shown.text()} />
        {shown.note && <p class="quiet">{shown.note}</p>}
      </Tabs>
    </section>
  );
}
