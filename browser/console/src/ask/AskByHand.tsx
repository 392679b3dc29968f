import type { WayOut, World } from "interlock-policy";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ViewProps } from "../app/views.tsx";
import { Notice } from "../components/Notice.tsx";
import { Sentence } from "../components/Sentence.tsx";
import { choose, chosen } from "../link/link.ts";
import { resourceOf } from "../worlds/resources.ts";
import type { Whereabouts } from "./ReasonDetail.tsx";
import { type Draft, requestOf, withValues, writeRequest } from "./draft.ts";
import { Editor } from "./Editor.tsx";
import { Exchange } from "./Exchange.tsx";
import { focusField } from "./focus.ts";
import { HandForm } from "./HandForm.tsx";
import { readText } from "./reading.ts";
import type { OnSay } from "./SayableList.tsx";
import { sayIn } from "./saying.ts";
import { worldLink } from "./worldQuestion.ts";
import { apart, write } from "./written.ts";

/** Texts longer than this are read when the typing pauses. */
const READ_AT_ONCE = 50_000;

/** A question that is written by hand, in a form or as JSON: one text, which either changes. */
export function AskByHand(
  props: ViewProps & {
    text: string;
    /** What a new request begins with. */
    start: string;
    world: World | undefined;
    source: string | null;
    head: ComponentChildren;
  },
) {
  const { policy, text, start, world, source, head } = props;
  const { manifest } = policy;
  const settled = useSettled(text);
  const place = Number(chosen("case") ?? 0);
  const reading = useMemo(() => readText(settled, place), [settled, place]);
  const last = useRef<Draft>(undefined);
  if (reading.status === "read") last.current = reading.draft;
  const draft = reading.status === "read" ? reading.draft : undefined;
  const put = (next: Draft) => write(writeRequest(requestOf(next)));
  const whereabouts: Whereabouts = ({ kind, id }) => {
    const listed = draft?.related.findIndex((one) => one.kind === kind && one.id === id) ?? -1;
    if (listed >= 0) {
      return {
        show: () => {
          choose({ edit: null, other: String(listed) });
          focusField(`related-${listed}`);
        },
      };
    }
    return source !== null && world && resourceOf(world, kind, id)
      ? { href: worldLink(source, { kind, id }) }
      : undefined;
  };
  const ask = ({ action, needs }: WayOut, state?: string) => {
    if (!draft) return;
    const parameters = needs.reduce((given, name) => withValues(given, name, []), draft.parameters);
    const target = state === undefined ? draft.target : { ...draft.target, state };
    put({ ...draft, action, target, parameters });
    if (needs[0] !== undefined) {
      choose({ edit: null });
      focusField(`parameter.${needs[0]}`);
    }
  };
  const onSay: OnSay = (sayable) => () => {
    if (!draft) return;
    const said = sayIn(manifest, draft, world, sayable);
    put(said.draft);
    choose({ edit: null, ...(said.other === undefined ? {} : { other: String(said.other) }) });
    focusField(said.field);
  };
  return (
    <Exchange
      policy={policy}
      head={
        <>
          {head}
          {apart.value && <p class="apart">{apart.value}</p>}
        </>
      }
      draft={draft}
      why={reading.status === "wrong" ? "The request cannot be read as it stands." : undefined}
      whereabouts={whereabouts}
      about={undefined}
      onSay={onSay}
      onAsk={ask}
    >
      {chosen("edit") === "json" ? (
        <Editor text={text} reading={reading} onChange={write} />
      ) : draft ? (
        <HandForm manifest={manifest} draft={draft} world={world} onChange={put} />
      ) : (
        <Notice kind="error">
          <p>
            The form has nothing to show: <Sentence text={reading.status === "wrong" ? reading.why : ""} />
          </p>
          <p class="notice-ways">
            <button type="button" onClick={() => choose({ edit: "json" })}>
              Correct the JSON
            </button>
            <button type="button" onClick={() => (last.current ? put(last.current) : write(start))}>
              {last.current ? "Go back to the last request that could be read" : "Begin a new request"}
            </button>
          </p>
        </Notice>
      )}
    </Exchange>
  );
}

/** The text, at once where it is short, else when it has not changed for a while. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  const isShort = text.length <= READ_AT_ONCE;
  useEffect(() => {
    if (isShort) return setSettled(text);
    const timer = setTimeout(() => setSettled(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return isShort ? text : settled;
}
