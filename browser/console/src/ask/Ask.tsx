import "./ask.css";
import { useMemo } from "preact/hooks";
import type { ViewProps } from "../app/views.tsx";
import { Notice } from "../components/Notice.tsx";
import { Sentence } from "../components/Sentence.tsx";
import { chosen } from "../link/link.ts";
import { useWorld } from "../worlds/current.ts";
import { AskByHand } from "./AskByHand.tsx";
import { AskOfWorld } from "./AskOfWorld.tsx";
import { requestOf, writeRequest } from "./draft.ts";
import { Head } from "./Head.tsx";
import { startingDraft } from "./startingDraft.ts";
import { requestAbout, worldQuestion } from "./worldQuestion.ts";
import { written } from "./written.ts";

/** One question: built from names that fit, or pasted; with its answer, and how to ask the same elsewhere. */
export function Ask({ policy }: ViewProps) {
  const { manifest } = policy;
  const found = useWorld(policy);
  const world = found.status === "ready" ? found.world : undefined;
  const source = "source" in found ? found.source : null;
  // Whoever comes from an open cell of the matrix asks about that cell.
  const isOfCell = chosen("cell") !== null && chosen("target") === null && chosen("about") !== "world";
  const isByHand = written.value !== null || found.status === "none" || isOfCell;
  const start = useMemo(() => writeRequest(requestOf(startingDraft(manifest))), [policy, chosen("cell")]);
  const inWriting = () => {
    try {
      return world ? writeRequest(requestAbout(world, worldQuestion(manifest, world))) : start;
    } catch {
      return start;
    }
  };
  const head = <Head manifest={manifest} source={source} world={world} isByHand={isByHand} text={inWriting} />;
  if (isByHand) {
    return (
      <AskByHand
        policy={policy}
        text={written.value ?? start}
        start={start}
        world={world}
        source={source}
        head={head}
      />
    );
  }
  if (found.status === "ready") {
    return <AskOfWorld policy={policy} world={found.world} source={found.source} head={head} />;
  }
  return (
    <div class="ask">
      <section class="question" aria-label="Question">
        {head}
      </section>
      {found.status === "failed" ? (
        <Notice kind="error">
          This world cannot be shown: <Sentence text={found.why} />
        </Notice>
      ) : (
        <Notice kind="loading">Loading the world…</Notice>
      )}
    </div>
  );
}
