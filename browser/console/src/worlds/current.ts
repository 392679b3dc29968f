import { type Manifest, readWorld, type ThreadedPolicy, type World } from "interlock-policy";
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../app/say.ts";
import { choose, chosen } from "../link/link.ts";
import type { WorldEntry } from "../policies/catalogue.ts";
import { catalogue } from "../policies/current.ts";
import { packWorld, unpackText } from "./pack.ts";
import { replay, type Taken } from "./replay.ts";
import { sampleWorld } from "./sample.ts";
import { countOf, readSteps, type Step } from "./steps.ts";
import { parseWorld } from "./text.ts";

/** How a world is named in a link, in `world`, that is not of the catalogue: pasted or out of a file, its content in `data`. */
export const PASTED = "pasted";
/** How the sample that is made from the manifest is named in a link. */
export const SAMPLE = "sample";

/** The world that is shown, on its way, or refused; none where none is chosen and there is none of this policy. */
export type WorldState =
  | { readonly status: "none" }
  | { readonly status: "loading" }
  | Ready
  | { readonly status: "failed"; readonly source: string; readonly why: string };

/** A world, after the steps that the link says. */
export interface Ready {
  readonly status: "ready";
  /** What the link says of it in `world`: an address of the catalogue, `pasted` or `sample`. */
  readonly source: string;
  /** The world after the steps. */
  readonly world: World;
  /** The steps, in their order. The last one may be refused: it ended the replay. */
  readonly taken: readonly Taken[];
  /** Steps that were taken back, or that a refused one kept from being taken. */
  readonly ahead: readonly Step[];
}

/** The world that was given last, where it was too large for a link. It goes with the page. */
let kept: World | undefined;

/** The worlds of the catalogue that are of a policy. */
export function worldsOf({ name }: Manifest): WorldEntry[] {
  return catalogue.value.worlds.filter(({ policy }) => policy === name);
}

/**
 * What the link names as world, or the first of the catalogue; null where there is none. What is another policy's counts as
 * not named: the policy was changed.
 */
export function chosenWorld(manifest: Manifest): string | null {
  const named = chosen("world");
  const isOfAnother = catalogue.value.worlds.some(({ url, policy }) => url === named && policy !== manifest.name);
  return (isOfAnother ? null : named) ?? worldsOf(manifest)[0]?.url ?? null;
}

/**
 * The world that the link names, after the steps that it says. It stays the same object until something else is said; while
 * steps are asked, it is the one before.
 */
export function useWorld(policy: ThreadedPolicy): WorldState {
  const base = useBase(policy);
  const steps = chosen("do");
  const at = chosen("at");
  const [found, setFound] = useState<{ base: World; steps: string | null; at: string | null; state: WorldState }>();
  const known = useRef<{ base: World; taken: readonly Taken[] }>(undefined);
  useEffect(() => {
    if (base.status !== "ready") return;
    let isCurrent = true;
    const { source, world } = base;
    const show = (state: WorldState) => isCurrent && setFound({ base: world, steps, at, state });
    const run = async () => {
      const all = readSteps(steps);
      const done = all.slice(0, countOf(at, all.length));
      const taken = await replay(policy, world, done, known.current?.base === world ? known.current.taken : []);
      if (!isCurrent) return;
      known.current = { base: world, taken };
      show({ status: "ready", source, world: taken.at(-1)?.world ?? world, taken, ahead: all.slice(taken.length) });
    };
    run().catch((error: unknown) => show({ status: "failed", source, why: say(error) }));
    return () => {
      isCurrent = false;
    };
  }, [policy, base, steps, at]);
  if (base.status !== "ready") return base;
  if (!found || found.base !== base.world) return { status: "loading" };
  return found.state;
}

type Base = Exclude<WorldState, Ready> | { readonly status: "ready"; readonly source: string; readonly world: World };

/** The world that the link names, as it was read. */
function useBase(policy: ThreadedPolicy): Base {
  const { manifest } = policy;
  const source = chosenWorld(manifest);
  const data = source === PASTED ? chosen("data") : null;
  const mode = source === SAMPLE ? chosen("mode") : null;
  const given = source === PASTED && data === null ? kept : undefined;
  const [found, setFound] = useState<{ asked: readonly unknown[]; state: Base }>();
  const asked = [policy, source, data, mode, given] as const;
  useEffect(() => {
    if (source === null) return;
    let isCurrent = true;
    const show = (state: Base) => isCurrent && setFound({ asked, state });
    read(source, data, mode, manifest).then(
      (world) => show({ status: "ready", source, world }),
      (error: unknown) => show({ status: "failed", source, why: say(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, asked);
  if (source === null) return NONE;
  if (!found || asked.some((one, place) => one !== found.asked[place])) return LOADING;
  return found.state;
}

const NONE = { status: "none" } as const;
const LOADING = { status: "loading" } as const;

/**
 * Shows a world that was pasted or dropped. It stands in the link where it is small enough; gives whether it is. Throws an
 * error of one sentence where it is no world of this policy.
 */
export async function giveWorld(text: string, manifest: Manifest): Promise<boolean> {
  return showWorld(parseWorld(text, manifest));
}

/** Shows a world that was made here; gives whether it stands in the link. */
export async function showWorld(world: World): Promise<boolean> {
  const data = await packWorld(world);
  kept = data === null ? world : undefined;
  choose({ world: PASTED, data, do: null, at: null });
  return data !== null;
}

async function read(source: string, data: string | null, mode: string | null, manifest: Manifest): Promise<World> {
  if (source === SAMPLE) return sampleWorld(manifest, Math.max(0, manifest.modes.indexOf(mode ?? "")));
  if (source === PASTED) {
    if (data !== null) return parseWorld(await unpackText(data), manifest);
    if (kept) return readWorld(kept, manifest);
    throw new Error("this world was too large to stand in a link; give it again as a file");
  }
  // A link may name anything; only what is in the catalogue is fetched.
  const entry = worldsOf(manifest).find(({ url }) => url === source);
  if (!entry) throw new Error(`there is no world \`${source}\` of this policy; choose another`);
  const response = await fetch(new URL(entry.url, document.baseURI), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${entry.url} answers ${response.status}`);
  return parseWorld(await response.text(), manifest);
}
