import "./world.css";
import type { Manifest, ThreadedPolicy } from "interlock-policy";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { say } from "../app/say.ts";
import type { ViewProps } from "../app/views.tsx";
import { Notice } from "../components/Notice.tsx";
import { choose, chosen } from "../link/link.ts";
import { giveWorld, PASTED, type Ready, SAMPLE, useWorld } from "../worlds/current.ts";
import { readText } from "../json/file.ts";
import { filtered } from "./filter.ts";
import { chosenFilter, Filters } from "./Filters.tsx";
import { chooseNew, creatable } from "./NewResource.tsx";
import { Overview } from "./Overview.tsx";
import { ResourceDetail } from "./ResourceDetail.tsx";
import { ResourceList } from "./ResourceList.tsx";
import { Steps } from "./Steps.tsx";
import { useSurvey } from "./survey.ts";
import { chosenTarget, chooseTarget } from "./target.ts";
import { useGiven } from "./useGiven.ts";
import { chooseWorld, FIRST, forgotten, WorldBar } from "./WorldBar.tsx";

/** A site, and what may be done in it by whom: actions are taken, and what follows is seen. */
export function World({ policy }: ViewProps) {
  const { manifest } = policy;
  const state = useWorld(policy);
  const [refused, setRefused] = useState<string>();
  const show = useCallback(
    (given: File | string, from: string) => {
      setRefused(undefined);
      const text = typeof given === "string" ? Promise.resolve(given) : readText(given);
      text
        .then((text) => giveWorld(text, manifest))
        .then(
          () => choose({ ...forgotten(), q: null, kind: null, state: null, may: null }),
          (error: unknown) => setRefused(`${from} is not shown: ${say(error)}`),
        );
    },
    [manifest],
  );
  const isOver = useGiven(show);
  const ready = state.status === "ready" ? state : null;
  const world = ready?.world ?? null;
  const named = chosen("as");
  // On the first look nobody was chosen yet: who comes first in the world asks, rather than nobody.
  const isNew = named === FIRST || (named === null && chosen("world") === null);
  const wanted = isNew ? (world?.subjects?.[0]?.id ?? null) : named;
  const subject = world?.subjects?.some(({ id }) => id === wanted) ? wanted : null;
  useEffect(() => {
    if (ready && (isNew || chosen("world") === null)) choose({ world: ready.source, as: wanted });
  }, [ready, isNew]);
  return (
    <div class={`world${isOver ? " world-over" : ""}`}>
      <WorldBar manifest={manifest} world={world} subject={subject} onGiven={show} />
      {refused && (
        <div class="world-refused" role="alert">
          <p>{refused}</p>
          <button type="button" aria-label="Dismiss" onClick={() => setRefused(undefined)}>
            ✕
          </button>
        </div>
      )}
      {state.status === "none" && <NoWorld manifest={manifest} />}
      {state.status === "loading" && <Notice kind="loading">Reading the world…</Notice>}
      {state.status === "failed" && (
        <Notice kind="error">
          <p>{state.why}</p>
          <button type="button" onClick={() => chooseWorld(SAMPLE)}>
            Show a sample instead
          </button>
        </Notice>
      )}
      {ready && (
        <>
          {ready.source === PASTED && chosen("data") === null && (
            <p class="quiet">
              This world is too large to stand in a link: it goes when the page is closed. Save it as a file to keep it.
            </p>
          )}
          {wanted !== null && subject === null && (
            <p class="quiet">This world has no subject “{wanted}”; what is shown is what the platform may do.</p>
          )}
          <Site policy={policy} ready={ready} subject={subject} />
        </>
      )}
    </div>
  );
}

function Site({ policy, ready, subject }: { policy: ThreadedPolicy; ready: Ready; subject: string | null }) {
  const { manifest } = policy;
  const { world } = ready;
  const surveyed = useSurvey(policy, world, subject);
  const filter = chosenFilter(manifest, world);
  const groups = useMemo(
    () => filtered(manifest, world, surveyed, filter),
    [manifest, world, filter.may === null ? null : surveyed, filter.text, filter.kind, filter.state, filter.may],
  );
  const shown = groups.reduce((sum, { resources }) => sum + resources.length, 0);
  const target = chosenTarget();
  const isKind = manifest.kinds.some(({ name }) => name === target?.kind);
  const body = useRef<HTMLDivElement>(null);
  const byKeyboard = useRef(false);
  const goesIn = useRef(false);
  const chooseListed = (resource: { kind: string; id: string }) => {
    goesIn.current = byKeyboard.current || matchMedia("(width < 56rem)").matches;
    chooseTarget(resource);
  };
  return (
    <div class="world-body" ref={body} data-open={target && isKind ? "" : undefined}>
      <div class="world-side">
        <Filters manifest={manifest} world={world} filter={filter} subject={subject} shown={shown} />
        {surveyed.failure && <Notice kind="error">The policy could not be asked: {surveyed.failure}</Notice>}
        {shown === 0 ? (
          <Notice kind="empty">
            {(world.resources?.length ?? 0) === 0 ? "There is nothing in this world yet." : "No resource is like that."}
          </Notice>
        ) : (
          <div
            class="world-list"
            onKeyDownCapture={() => (byKeyboard.current = true)}
            onPointerDownCapture={() => (byKeyboard.current = false)}
          >
            <ResourceList
              manifest={manifest}
              groups={groups}
              filter={JSON.stringify(filter)}
              surveyed={surveyed}
              target={target}
              onChoose={chooseListed}
            />
          </div>
        )}
        {creatable(manifest, world.mode).length > 0 && (
          <button type="button" onClick={() => chooseNew(manifest, world, filter.kind)}>
            New resource…
          </button>
        )}
      </div>
      {target && isKind ? (
        <ResourceDetail
          policy={policy}
          ready={ready}
          subject={subject}
          target={target}
          goesIn={goesIn}
          onClose={() => {
            chooseTarget(null);
            body.current?.querySelector<HTMLElement>('[role="listbox"]')?.focus();
          }}
        />
      ) : (
        <Overview manifest={manifest} world={world} />
      )}
      <Steps manifest={manifest} ready={ready} />
    </div>
  );
}

function NoWorld({ manifest }: { manifest: Manifest }) {
  return (
    <Notice kind="empty">
      <p>There is no example site of {manifest.title}. Drop a world here, open or paste one, or begin with a sample:</p>
      <p class="buttons">
        <button type="button" class="button-primary" onClick={() => chooseWorld(SAMPLE)}>
          Make a sample world
        </button>
      </p>
    </Notice>
  );
}
