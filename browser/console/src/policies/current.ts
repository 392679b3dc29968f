import { effect, signal } from "@preact/signals";
import { loadPolicy, PolicyError, type ThreadedPolicy, watchPolicy } from "interlock-policy";
import { say } from "../app/say.ts";
import { choose, chosen } from "../link/link.ts";
import { type Catalogue, type PolicyEntry, readCatalogue } from "./catalogue.ts";

/** A policy that is shown, on its way, or refused. */
export type Current =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly policy: ThreadedPolicy; readonly title: string }
  | {
      readonly status: "failed";
      readonly why: string;
      /** Tries the same again; undefined where that is of no use. */
      readonly retry?: () => void;
    };

/** What the page can show. */
export const catalogue = signal<Catalogue>({ policies: [], worlds: [] });
/** The policy that is shown. */
export const current = signal<Current>({ status: "loading" });
/** What happened last, for people: that the policy was replaced, or why a file is not taken. */
export const news = signal<string | null>(null);
/** Why the policy that is shown may not be the one that is served, while that lasts. */
export const following = signal<string | null>(null);

/** Most bytes that a component may have: 4 MiB. A larger file is not read. */
const COMPONENT_BYTES = 4 * 2 ** 20;

/** Files that were given to the page, in the order in which they came; they are in no link. */
const given = new Map<string, Uint8Array<ArrayBuffer>>();
let close: () => void = () => undefined;
let loading = 0;

/**
 * Takes a policy out of a file, and names it in the pickers. Undefined where the file cannot be read or is too large to be
 * a policy; the news say so.
 */
export async function keep(file: File): Promise<PolicyEntry | undefined> {
  news.value = null;
  if (file.size > COMPONENT_BYTES) {
    news.value = `${file.name} is not taken: it has ${file.size.toLocaleString("en")} bytes, and a policy has at most 4 MiB`;
    return undefined;
  }
  try {
    given.set(file.name, new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    news.value = `${file.name} cannot be read: ${say(error)}`;
    return undefined;
  }
  const entry: PolicyEntry = { title: file.name, url: `file:${file.name}`, watch: false };
  const others = catalogue.value.policies.filter(({ url }) => url !== entry.url);
  catalogue.value = { ...catalogue.value, policies: [...others, entry] };
  return entry;
}

/** Shows a policy out of a file. */
export async function give(file: File): Promise<void> {
  const entry = await keep(file);
  if (!entry) return;
  if (chosen("policy") === entry.url) void show(entry);
  else choose({ policy: entry.url });
}

/** Takes a file that was dropped on the page, and that no view has taken. */
export function takeUntaken(file: File): void {
  if (file.name.endsWith(".wasm")) void give(file);
  else news.value = `${file.name} is not taken: drop a policy named .wasm, or a world on the view of worlds`;
}

/** The bytes of a policy of the catalogue. */
export async function bytesOf({ url }: PolicyEntry): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = given.get(url.replace(/^file:/, ""));
  if (url.startsWith("file:")) {
    if (!bytes) throw new Error(`the file ${url.slice("file:".length)} was not given to this page; drop it here`);
    return bytes;
  }
  const response = await fetch(new URL(url, document.baseURI), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Reads what there is to show, and shows what the link says. */
export async function begin(): Promise<void> {
  current.value = { status: "loading" };
  try {
    catalogue.value = await readCatalogue();
  } catch (error) {
    current.value = { status: "failed", why: say(error), retry: () => void begin() };
    return;
  }
  let shown: string | null | undefined;
  effect(() => {
    const wanted = chosen("policy") ?? catalogue.value.policies[0]?.url ?? null;
    if (wanted === shown) return;
    shown = wanted;
    const entry = catalogue.value.policies.find(({ url }) => url === wanted);
    if (entry) void show(entry);
    else current.value = { status: "failed", why: `there is no policy ${wanted ?? ""} here; choose another` };
  });
}

async function show(entry: PolicyEntry): Promise<void> {
  loading += 1;
  const turn = loading;
  close();
  close = () => undefined;
  news.value = null;
  following.value = null;
  current.value = { status: "loading" };
  const { title } = entry;
  try {
    if (entry.watch) {
      const watch = await watchPolicy(new URL(entry.url, document.baseURI), {
        interval: 1000,
        onChange: (policy) => {
          news.value = `The policy was replaced: ${policy.manifest.name} ${policy.manifest.version} answers now`;
          current.value = { status: "ready", policy, title };
        },
        onError: (error) => {
          if (turn === loading) following.value = notFollowed(error);
        },
        onLook: (refused) => {
          if (turn === loading) following.value = refused ? notFollowed(refused) : null;
        },
      });
      if (turn !== loading) return watch.close();
      close = () => watch.close();
      current.value = { status: "ready", policy: watch.policy, title };
    } else {
      const policy = await loadPolicy(await bytesOf(entry));
      if (turn !== loading) return policy.close();
      close = () => policy.close();
      current.value = { status: "ready", policy, title };
    }
  } catch (error) {
    if (turn === loading) current.value = { status: "failed", why: say(error), retry: () => void show(entry) };
  }
}

/** Why what is served is not what is shown. */
function notFollowed(error: unknown): string {
  const isUnreachable = !(error instanceof PolicyError) || error.code === "unreachable";
  return `${isUnreachable ? "The policy cannot be followed" : "A new version is not shown"}: ${say(error)}`;
}
