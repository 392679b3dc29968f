// The policy that the package brings: it answers at once, and its names are checked by the compiler.
import { type Backup, type State, loadPolicy } from "interlock-policy";
import { choice, draw, find } from "./form";

const form = find<HTMLFormElement>("#backup");
const policy = await loadPolicy();

const states = (kind: string) =>
  policy.manifest.kinds.find(({ name }) => name === kind)?.states.map(({ name }) => name) ?? [];
for (const [name, kind, chosen] of [
  ["state", "backup", "success"],
  ["cluster", "cluster", "disconnected"],
] as const) {
  choice(form, name).append(...states(kind).map((state) => new Option(state, state, false, state === chosen)));
}

function show(): void {
  const given = new FormData(form);
  const world = {
    mode: "federated",
    subjects: [{ id: "ann", roles: ["px-backup-app.user"] }],
    resources: [
      {
        kind: "backup",
        id: "nightly",
        state: given.get("state") as State<Backup, "backup">,
        attributes: { owner: "ann", location: "eu", cluster: "c" },
      },
      { kind: "backup-location", id: "eu", state: "valid", attributes: { owner: "ann", clusters: "c" } },
      { kind: "location-cluster-connection", id: "eu-c", state: "valid", attributes: { location: "eu", cluster: "c" } },
      {
        kind: "cluster",
        id: "c",
        state: given.get("cluster") as State<Backup, "cluster">,
        attributes: { owner: "ann" },
      },
    ],
  } as const;
  const acknowledged = given.has("acknowledged") ? "true" : "false";
  draw(form, policy.options(world, "ann", "backup/nightly", { acknowledged }));
}

form.addEventListener("input", show);
show();
