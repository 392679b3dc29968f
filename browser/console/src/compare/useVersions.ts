import { watchPolicy } from "interlock-policy";
import { useEffect, useState } from "preact/hooks";
import type { PolicyEntry } from "../policies/catalogue.ts";

/** Follows those policies that may be replaced. Gives how often one was, so that what was read of them is read anew. */
export function useVersions(entries: readonly (PolicyEntry | undefined)[]): number {
  const [replaced, setReplaced] = useState(0);
  const urls = [...new Set(entries.flatMap((entry) => (entry?.watch ? [entry.url] : [])))];
  useEffect(() => {
    const end = new AbortController();
    for (const url of urls) {
      watchPolicy(new URL(url, document.baseURI), {
        interval: 1000,
        signal: end.signal,
        onChange: () => setReplaced((count) => count + 1),
      }).catch(() => {
        // What reads the policy itself tells why it cannot be had.
      });
    }
    return () => end.abort();
  }, [urls.join(" ")]);
  return replaced;
}
