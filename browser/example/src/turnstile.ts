// A policy from an address: it runs in a Worker, and is ended where it does not answer.
import { loadPolicy } from "interlock-policy";
import { draw, find } from "./form";

const form = find<HTMLFormElement>("#turnstile");
const policy = await loadPolicy(new URL("turnstile.wasm", document.baseURI), { deadline: 1000 });
let state = "locked";

const world = () => ({
  mode: "normal",
  subjects: [{ id: "ann" }],
  resources: [{ kind: "turnstile", id: "north", state, attributes: { jammed: `${new FormData(form).has("jammed")}` } }],
});

async function show(): Promise<void> {
  find("#state").textContent = state;
  draw(form, await policy.options(world(), "ann", "turnstile/north"), take);
}

async function take(action: string): Promise<void> {
  const { resource } = await policy.apply(world(), "ann", action, "turnstile/north");
  if (resource) state = resource.state;
  await show();
}

form.addEventListener("input", show);
await show();
