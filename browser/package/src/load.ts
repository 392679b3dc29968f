import type { Backup } from "./generated/backup.js";
import type { LocalPolicy } from "./local.js";
import type { Names } from "./names.js";
import type { Policy, ThreadedPolicy } from "./policy.js";
import { type Source, read } from "./read.js";
import { openThreaded } from "./threaded.js";

/** How a policy is loaded. */
export interface LoadOptions {
  /** Milliseconds for one answer, after which the policy is ended; loading counts as one. Default: 2,000. */
  deadline?: number;
  /** Gives up the loading, which then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Whether the policy gets a thread of its own. Default: yes. Without one it answers at once, and nothing can end it: only
   * for a policy that is trusted as much as the page itself.
   */
  worker?: boolean;
}

/** Loads the backup policy that this package brings, in this thread. The type `Backup` has its names. */
export function loadPolicy(): Promise<Policy<Backup>>;
/** Loads a policy in this thread, where nothing can end it. */
export function loadPolicy<N extends Names = Names>(
  source: Source,
  options: LoadOptions & { worker: false },
): Promise<Policy<N>>;
/**
 * Loads a policy in a thread of its own.
 *
 * Rejects with a {@link PolicyError} for what cannot be read within 30 seconds, is no policy of this contract, imports
 * anything, is too large, or contradicts itself.
 *
 * - `N`: names that `interlock-policy codegen` wrote; default: any.
 */
export function loadPolicy<N extends Names = Names>(source: Source, options?: LoadOptions): Promise<ThreadedPolicy<N>>;
export async function loadPolicy(source?: Source, options: LoadOptions = {}): Promise<unknown> {
  if (source === undefined) return embedded();
  const bytes = await read(source, options.signal);
  return options.worker === false ? open(bytes) : openThreaded(bytes, options);
}

async function embedded(): Promise<LocalPolicy> {
  const { BACKUP } = await import("./generated/backup.js");
  const compressed = Uint8Array.from(atob(BACKUP), (character) => character.charCodeAt(0));
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return open(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** The code that runs a policy is loaded when it is needed: a page whose policies have threads has no use for it. */
async function open(bytes: Uint8Array<ArrayBuffer>): Promise<LocalPolicy> {
  const local = await import("./local.js");
  return local.open(bytes);
}
