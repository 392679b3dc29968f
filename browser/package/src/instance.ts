import { type Parts, malformed } from "./component.js";
import type * as contract from "./generated/contract.js";
import { instantiate } from "./generated/glue.js";
import { CONTRACT } from "./component.js";

/** What a policy answers, in the contract's own form. */
export type Decisions = typeof contract;

/** The interface as names of exports have it; the newer way of naming leaves out what is compatible. */
const INTERFACE = `interlock:policy/decisions@${CONTRACT}`;
const FUNCTIONS = [
  "describe",
  "evaluate",
  "survey",
  "observe",
  "decide",
  "decide-all",
  "evaluate-packed",
  "survey-packed",
  "texts",
] as const;

/**
 * The names of a core module's exports, for each under which the glue asks for it. Components name them in one of two
 * ways, the older one of which most tools use; the glue has the newer one.
 */
const LEGACY_NAMES: Readonly<Record<string, string>> = Object.fromEntries([
  ["cm32p2_memory", "memory"],
  ["cm32p2_realloc", "cabi_realloc"],
  ["cm32p2_initialize", "_initialize"],
  ...FUNCTIONS.flatMap((name) => [
    [`cm32p2|interlock:policy/decisions@0.1|${name}`, `${INTERFACE}#${name}`],
    [`cm32p2|interlock:policy/decisions@0.1|${name}_post`, `cabi_post_${INTERFACE}#${name}`],
  ]),
]);

/** Compiles the core module of a component. */
export async function compile(parts: Parts): Promise<WebAssembly.Module> {
  const module = await WebAssembly.compile(parts.module).catch((cause: unknown) => {
    // A page whose Content-Security-Policy forbids WebAssembly is told so by the platform's own message.
    throw malformed(`its code does not compile: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  for (const [standard, legacy] of Object.entries(LEGACY_NAMES)) {
    const name = [standard, legacy].find((one) => exported.has(one));
    if (name === undefined && !mayBeMissing(standard)) throw malformed(`its core module exports no \`${legacy}\``);
    if (name !== undefined && isFunction(standard) && !parts.lifted.has(name)) {
      throw malformed(`its component does not offer \`${name}\` of its core module`);
    }
  }
  return module;
}

/** A new instance, which remembers nothing of others. */
export function start(module: WebAssembly.Module): Decisions {
  const instance = new WebAssembly.Instance(module);
  const own = instance.exports;
  const exports: WebAssembly.Exports = {};
  for (const [standard, legacy] of Object.entries(LEGACY_NAMES)) {
    const value = own[standard] ?? own[legacy];
    exports[standard] = value ?? nothing;
  }
  (exports["cm32p2_initialize"] as () => void)();
  // The glue's second module only calls what initializes the first.
  const { decisions } = instantiate(
    () => module,
    {},
    () => ({ exports }),
  );
  return decisions;
}

function nothing(): void {
  // A function that frees nothing: guests may leave it out.
}

function isFunction(standard: string): boolean {
  return standard.includes("|") && !standard.endsWith("_post");
}

function mayBeMissing(standard: string): boolean {
  return standard.endsWith("_post") || standard === "cm32p2_initialize";
}
