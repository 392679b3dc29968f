import type { ComponentChildren } from "preact";

/** Something in place of a view: nothing to show yet, nothing at all, or why not. */
export function Notice(props: { kind: "loading" | "empty" | "error"; children: ComponentChildren }) {
  const role = props.kind === "error" ? "alert" : "status";
  return (
    <div class={`notice notice-${props.kind}`} role={role}>
      {props.kind === "loading" && <span class="spinner" aria-hidden="true" />}
      <div>{props.children}</div>
    </div>
  );
}
