import { fileOf } from "../policies/catalogue.ts";
import type { WayOut, World } from "interlock-policy";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { say } from "../app/say.ts";
import type { ViewProps } from "../app/views.tsx";
import { download } from "../components/download.ts";
import { choose, chosen, link } from "../link/link.ts";
import { worldsOf } from "../worlds/current.ts";
import { resourceOf } from "../worlds/resources.ts";
import { writeWorld } from "../worlds/text.ts";
import type { Whereabouts } from "./ReasonDetail.tsx";
import { type Draft, draftOf, requestOf, withValues, writeRequest } from "./draft.ts";
import { Editor } from "./Editor.tsx";
import { Exchange } from "./Exchange.tsx";
import { focusField } from "./focus.ts";
import type { OnSay } from "./SayableList.tsx";
import { WorldForm } from "./WorldForm.tsx";
import { askWorld, requestAbout, targetIn, worldLink, worldQuestion, type WorldQuestion } from "./worldQuestion.ts";
import { write } from "./written.ts";

/** A question about a world: everything else in it is related, and that is all there is. */
export function AskOfWorld(props: ViewProps & { world: World; source: string; head: ComponentChildren }) {
  const { policy, world, source, head } = props;
  const { manifest } = policy;
  const question = useMemo(() => worldQuestion(manifest, world), [manifest, world, link.value]);
  const key = JSON.stringify(question);
  const { draft, why } = useMemo(() => read(world, question), [world, key]);
  const whereabouts: Whereabouts = ({ kind, id }) =>
    resourceOf(world, kind, id) ? { href: worldLink(source, { kind, id }, question.as) } : undefined;
  const ask = ({ action, needs }: WayOut, state?: string) => {
    if (state !== undefined && draft) {
      write(writeRequest(requestOf({ ...draft, action, target: { ...draft.target, state } })));
      return;
    }
    askWorld(world, { ...question, action });
    if (needs[0] !== undefined) {
      choose({ edit: null });
      focusField(`parameter.${needs[0]}`);
    }
  };
  const entry = chosen("do") === null ? worldsOf(manifest).find(({ url }) => url === source) : undefined;
  const given = entry && fileOf(entry);
  const file = given ?? "world.json";
  const text = useMemo(() => (draft ? writeRequest(requestOf(draft)) : ""), [draft]);
  const onSay: OnSay = ({ place, name, isAttribute }) => {
    if (place === "parameter") return () => focusField(`parameter.${name}`);
    if (place !== "target" || !isAttribute || targetIn(world, question)) return undefined;
    return () => {
      askWorld(world, { ...question, set: withValues(question.set, name, []) });
      focusField(`target.${name}`);
    };
  };
  return (
    <Exchange
      policy={policy}
      head={head}
      draft={draft}
      why={why}
      whereabouts={whereabouts}
      about={{ world, file, isMade: !given, question, onSave: () => download(file, writeWorld(world)) }}
      onSay={onSay}
      onAsk={ask}
    >
      {chosen("edit") === "json" ? (
        <Editor
          text={text}
          reading={draft ? { status: "read", draft, cases: null } : { status: "wrong", why: why ?? "" }}
          note="This is the question about the world as a request. Change it, and it is written by hand."
          onChange={write}
        />
      ) : (
        <WorldForm manifest={manifest} world={world} question={question} onChange={(next) => askWorld(world, next)} />
      )}
    </Exchange>
  );
}

function read(world: World, question: WorldQuestion): { draft?: Draft; why?: string } {
  try {
    return { draft: draftOf(requestAbout(world, question)) };
  } catch (error) {
    return { why: say(error) };
  }
}
