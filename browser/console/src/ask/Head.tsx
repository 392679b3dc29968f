import type { Manifest, World } from "interlock-policy";
import { Choice } from "../components/Choice.tsx";
import { choose, chosen } from "../link/link.ts";
import { PASTED, SAMPLE, worldsOf } from "../worlds/current.ts";
import { unwrite, write } from "./written.ts";
import { withoutQuestion } from "./worldQuestion.ts";

/** What the question is about: a world, which says all that is related, or what is written by hand. */
export function Head(props: {
  manifest: Manifest;
  /** The world that is shown, as links name it. */
  source: string | null;
  world: World | undefined;
  isByHand: boolean;
  /** The present question as text, to go on by hand. */
  text: () => string;
}) {
  const { manifest, source, world, isByHand, text } = props;
  const shown = source ?? SAMPLE;
  const options = [
    ...worldsOf(manifest).map(({ title, url }) => ({ url, title })),
    { url: SAMPLE, title: "A sample, made from the policy" },
    ...(shown === PASTED ? [{ url: PASTED, title: world?.title || "The world that was given" }] : []),
  ];
  const isListed = options.some(({ url }) => url === shown);
  const about = (next: "world" | "hand") => {
    if (next === "hand") write(text());
    else unwrite({ about: "world", world: chosen("world") ?? shown });
  };
  return (
    <div class="form-row">
      <Choice
        label="The question is"
        options={[
          { value: "world", label: "about a world" },
          { value: "hand", label: "written by hand" },
        ]}
        value={isByHand ? "hand" : "world"}
        onChange={about}
      />
      {!isByHand && (
        <label class="question-world">
          <span class="field-label">World</span>
          <select
            value={shown}
            onChange={(event) =>
              choose({
                ...withoutQuestion(),
                about: "world",
                world: event.currentTarget.value,
                data: null,
                do: null,
                at: null,
              })
            }
          >
            {!isListed && <option value={shown}>None of these</option>}
            {options.map(({ url, title }) => (
              <option key={url} value={url}>
                {title}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
