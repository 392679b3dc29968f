import "./compare.css";
import { useEffect, useState } from "preact/hooks";
import { say } from "../app/say.ts";
import type { ViewProps } from "../app/views.tsx";
import { FileButton } from "../components/FileButton.tsx";
import { Notice } from "../components/Notice.tsx";
import { choose, chosen } from "../link/link.ts";
import type { PolicyEntry } from "../policies/catalogue.ts";
import { bytesOf, catalogue, keep } from "../policies/current.ts";
import { type Comparing, startComparing } from "./comparison.ts";
import { Report } from "./Report.tsx";
import { useVersions } from "./useVersions.ts";

/** Two policies, and every decision that differs between them. */
export function Compare({ policy }: ViewProps) {
  const { policies } = catalogue.value;
  const find = (name: string | null) => policies.find(({ url }) => url === name);
  const shown = find(chosen("policy")) ?? policies[0];
  const old = chosen("old") === null ? shown : find(chosen("old"));
  const next = find(chosen("new"));
  const versions = useVersions([old, next]);
  const [state, setState] = useState<Comparing>();
  useEffect(() => {
    setState(undefined);
    if (!old || !next) return;
    let end: (() => void) | undefined;
    let isWanted = true;
    const run = async () => {
      setState({ status: "asking", asked: 0 });
      const question = { old: await bytesOf(old), next: await bytesOf(next) };
      if (isWanted) end = startComparing(question, setState);
    };
    run().catch((error: unknown) => {
      if (isWanted) setState({ status: "failed", why: say(error) });
    });
    return () => {
      isWanted = false;
      end?.();
    };
    // A served policy that was replaced is compared anew.
  }, [old?.url, next?.url, policy.digest, versions]);
  return (
    <div class="compare">
      <h2 class="hidden">Compare two policies</h2>
      <div class="compare-pick">
        <Pick name="old" label="Old" shown={old} />
        <button
          type="button"
          disabled={!old || !next}
          onClick={() => {
            choose({ old: next?.url ?? null, new: old?.url ?? null });
          }}
        >
          Swap
        </button>
        <Pick name="new" label="New" shown={next} />
      </div>
      <Missing name="old" found={old} />
      <Missing name="new" found={next} />
      {!next && chosen("new") === null && (
        <Notice kind="empty">
          <p>Choose the policy to compare with {old?.title ?? "the old one"}: one that is listed, or a file.</p>
          <p class="quiet">Both are asked every situation that they know, here, in this browser.</p>
        </Notice>
      )}
      {state?.status === "asking" && (
        <Notice kind="loading">
          Asking both policies{state.asked === 0 ? "…" : `: ${state.asked.toLocaleString("en")} questions so far`}
        </Notice>
      )}
      {state?.status === "failed" && <Notice kind="error">The two cannot be compared: {state.why}</Notice>}
      {state?.status === "done" && old && next && <Report findings={state.findings} old={old} next={next} />}
    </div>
  );
}

/** A policy that the link names and the page does not have. */
function Missing({ name, found }: { name: "old" | "new"; found: PolicyEntry | undefined }) {
  const wanted = chosen(name);
  if (wanted === null || found) return null;
  const file = wanted.startsWith("file:") ? wanted.slice("file:".length) : undefined;
  return (
    <Notice kind="error">
      {file === undefined
        ? `There is no policy ${wanted} here, which the link names as the ${name} one; choose another.`
        : `The file ${file}, which the link names as the ${name} policy, was not given to this page; open it above.`}
    </Notice>
  );
}

function Pick(props: { name: "old" | "new"; label: string; shown: PolicyEntry | undefined }) {
  const { name, label, shown } = props;
  const open = async (file: File) => {
    const entry = await keep(file);
    if (entry) choose({ [name]: entry.url });
  };
  return (
    <div class="compare-side">
      <label class="field">
        <span>{label}</span>
        <select
          value={shown?.url ?? ""}
          onChange={(event) => {
            choose({ [name]: event.currentTarget.value || null });
          }}
        >
          {!shown && <option value="">choose…</option>}
          {catalogue.value.policies.map(({ title, url }) => (
            <option key={url} value={url}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <FileButton accept=".wasm,application/wasm" onOpen={([file]) => file && void open(file)}>
        Open file…<span class="hidden"> for {label.toLowerCase()}</span>
      </FileButton>
    </div>
  );
}
