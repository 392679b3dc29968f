import type { ComponentType } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import { say } from "./say.ts";
import { Notice } from "../components/Notice.tsx";
import { type ViewName, view } from "../link/link.ts";
import { current, following, news } from "../policies/current.ts";
import { Header } from "./Header.tsx";
import { VIEW, type ViewProps } from "./views.tsx";

/** The page. */
export function App() {
  const name = VIEW[view.value] ? view.value : "matrix";
  return (
    <>
      <Header />
      <p class="news" role="status">
        {news.value}
      </p>
      <p class="news" role="status">
        {following.value}
      </p>
      <main id="main" tabIndex={-1}>
        <Shown key={name} name={name} />
      </main>
    </>
  );
}

function Shown({ name }: { name: ViewName }) {
  const [View, setView] = useState<ComponentType<ViewProps>>();
  const [failure, setFailure] = useState<string>();
  const [error, forget] = useErrorBoundary();
  useEffect(() => {
    const title = VIEW[name]?.title ?? "";
    document.title = `${title} – Interlock console`;
    VIEW[name]?.load().then(
      (loaded) => setView(() => loaded),
      (reason: unknown) => setFailure(say(reason)),
    );
  }, [name]);
  const state = current.value;
  if (error) {
    return <Failure why={`This view failed: ${say(error)}`} retry={forget} />;
  }
  if (failure) return <Notice kind="error">This view cannot be loaded: {failure}</Notice>;
  if (state.status === "failed") return <Failure why={state.why} retry={state.retry} />;
  if (state.status === "loading" || !View) return <Notice kind="loading">Loading the policy…</Notice>;
  return <View key={state.policy.digest} policy={state.policy} />;
}

function Failure({ why, retry }: { why: string; retry: (() => void) | undefined }) {
  return (
    <Notice kind="error">
      <p>{why}</p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </Notice>
  );
}
