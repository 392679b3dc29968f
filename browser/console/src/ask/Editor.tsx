import { useId, useState } from "preact/hooks";
import { say } from "../app/say.ts";
import { FileButton } from "../components/FileButton.tsx";
import { Sentence } from "../components/Sentence.tsx";
import { choose } from "../link/link.ts";
import { readFiles } from "./files.ts";
import type { Reading } from "./reading.ts";

/** The request as JSON, to be changed, pasted or opened; a case, or a file of them, as well. */
export function Editor(props: {
  text: string;
  reading: Reading;
  /** What is said below the text, a sentence. */
  note?: string | undefined;
  onChange: (text: string) => void;
}) {
  const { text, reading, note, onChange } = props;
  const [failure, setFailure] = useState<string>();
  const id = useId();
  const open = (files: readonly File[]) => {
    if (files.length === 0) return;
    setFailure(undefined);
    readFiles(files).then(onChange, (error: unknown) => setFailure(say(error)));
  };
  const cases = reading.status === "read" ? reading.cases : null;
  return (
    <div
      class="editor"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (!event.dataTransfer?.files.length) return;
        event.preventDefault();
        open([...event.dataTransfer.files]);
      }}
    >
      <label class="field-label" for={id}>
        A request, a case, or a file of cases
      </label>
      <textarea
        id={id}
        value={text}
        rows={22}
        spellcheck={false}
        autocapitalize="none"
        aria-invalid={reading.status === "wrong"}
        aria-describedby={`${id}-said`}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <div id={`${id}-said`} aria-live="polite">
        {reading.status === "wrong" && (
          <p class="mistake">
            <Sentence text={reading.why} />
          </p>
        )}
        {failure && (
          <p class="mistake">
            <Sentence text={failure} />
          </p>
        )}
        {note && <p class="quiet">{note}</p>}
      </div>
      {cases && (
        <div class="case-picker">
          <label class="field-label" for={`${id}-case`}>
            Case
          </label>
          <select
            id={`${id}-case`}
            value={cases.place}
            onChange={(event) => choose({ case: event.currentTarget.value === "0" ? null : event.currentTarget.value })}
          >
            {cases.questions.map(({ name }, place) => (
              <option key={place} value={place}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      {cases && !cases.hasSites && (
        <p class="quiet">
          The text has no <code>sites</code>: nothing is related but what the case names. Open its cast with it.
        </p>
      )}
      <FileButton accept=".json,application/json" multiple onOpen={open}>
        Open files…
      </FileButton>
    </div>
  );
}
