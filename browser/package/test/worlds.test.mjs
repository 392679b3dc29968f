// Worlds: what may be done, and what it leads to, as the program says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestError, loadPolicy, requestIn } from "interlock-policy";
import { readJson } from "./support/policies.mjs";
import { ask } from "./support/program.mjs";

const policy = await loadPolicy();

for (const site of ["federated-site", "classic-site"]) {
  const world = await readJson(`examples/${site}.json`);
  const file = new URL(`../../../examples/${site}.json`, import.meta.url).pathname;
  const who = (subject) => (subject === null ? [] : ["--as", subject]);
  const subjects = [...world.subjects.map(({ id }) => id), null];

  test(`${site}: options of every resource are the program's`, async () => {
    await inPairs(world.resources, async ({ kind, id }, index) => {
      const subject = subjects[index % subjects.length];
      const words = ["options", "--world", file, ...who(subject), "--target", `${kind}/${id}`, "--format", "json"];
      const { options } = await ask(words);
      assert.equal(
        JSON.stringify(policy.options(world, subject, `${kind}/${id}`)),
        JSON.stringify(options),
        words.join(" "),
      );
    });
  });

  test(`${site}: whatever is allowed leads where the program says, and nothing else changes`, async () => {
    const allowed = [];
    for (const [index, { kind, id }] of world.resources.entries()) {
      const subject = subjects[index % subjects.length];
      const before = JSON.stringify(world);
      for (const { action, decision } of policy.options(world, subject, `${kind}/${id}`)) {
        const { decision: again, resource, world: after } = policy.apply(world, subject, action, `${kind}/${id}`);
        assert.deepEqual(again, decision);
        assert.equal(JSON.stringify(world), before);
        const others = ({ resources }) => resources.filter((one) => one.kind !== kind || one.id !== id);
        assert.deepEqual(others(after), others(world));
        assert.deepEqual(
          after.resources.find((one) => one.kind === kind && one.id === id) ?? null,
          decision.verdict === "allow" ? resource : world.resources[index],
        );
        if (decision.verdict !== "allow") assert.equal(after, world);
      }
      const some = policy.options(world, subject, `${kind}/${id}`).find(({ decision }) => decision.verdict === "allow");
      if (some) allowed.push([subject, kind, id, some.action]);
    }
    assert.ok(allowed.length > 20);
    await inPairs(allowed, async ([subject, kind, id, action]) => {
      const words = [
        "apply",
        "--world",
        file,
        ...who(subject),
        "--action",
        action,
        "--target",
        `${kind}/${id}`,
        "--format",
        "json",
      ];
      const { decision, resource } = await ask(words);
      const found = policy.apply(world, subject, action, `${kind}/${id}`);
      assert.deepEqual([found.decision, found.resource], [decision, resource], words.join(" "));
    });
  });
}

test("a target that is yet to be made has its attributes, and is added", async () => {
  const world = await readJson("examples/federated-site.json");
  const file = new URL("../../../examples/federated-site.json", import.meta.url).pathname;
  const links = { owner: "infra-admin", "shared-view": ["team-shop", "team-payments"] };
  const target = { kind: "rule", id: "by-hand", attributes: links };
  const set = Object.entries(links).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => ["--set", `${name}=${value}`]),
  );
  const words = ["--world", file, "--as", "infra-admin", "--target", "rule/by-hand", ...set, "--format", "json"];
  assert.deepEqual(policy.options(world, "infra-admin", target), (await ask(["options", ...words])).options);
  const { decision, resource } = await ask(["apply", "--action", "create", ...words]);
  const found = policy.apply(world, "infra-admin", "create", target);
  assert.deepEqual([found.decision, found.resource], [decision, resource]);
  assert.deepEqual(found.world.resources.at(-1), resource);
});

test("the request is that of the whole world, coverage complete", () => {
  const world = {
    mode: "federated",
    subjects: [{ id: "ann" }],
    resources: [
      { kind: "cluster", id: "a", state: "active", attributes: { owner: "ann" } },
      { kind: "cluster", id: "b", state: "active" },
    ],
  };
  const [a, b] = world.resources;
  const asked = { mode: "federated", action: "delete", related: [b], parameters: {}, coverage: "complete" };
  assert.deepEqual(requestIn(world, "ann", "delete", "cluster/a"), { ...asked, subject: { id: "ann" }, target: a });
  assert.deepEqual(requestIn(world, null, "delete", "cluster/a"), { ...asked, target: a });
  const added = requestIn(world, null, "delete", {
    kind: "cluster",
    id: "a",
    attributes: { owner: "bob", constructor: "x" },
  });
  assert.deepEqual(added.target.attributes, { owner: ["ann", "bob"], constructor: "x" });
  assert.deepEqual(a.attributes, { owner: "ann" });
  const absent = requestIn(world, null, "create", "cluster/with/slash", { acknowledged: "true" });
  assert.deepEqual(absent.target, { kind: "cluster", id: "with/slash", state: "absent" });
  assert.deepEqual(absent.related, world.resources);
  assert.deepEqual(absent.parameters, { acknowledged: "true" });
});

test("what a world does not have is the caller's mistake", () => {
  const world = { mode: "federated", resources: [{ kind: "cluster", id: "a", state: "active" }] };
  const twice = { ...world, resources: [...world.resources, ...world.resources] };
  for (const [given, message] of [
    [[world, "ann", "view", "cluster/a"], /^the world has no subject `ann`$/],
    [[world, null, "view", "cluster"], /^the target `cluster` is not of the form KIND\/ID$/],
    [[world, null, "view", "/a"], /KIND\/ID/],
    [[world, null, "view", "cluster/"], /KIND\/ID/],
    [[twice, null, "view", "cluster/a"], /^the world lists cluster `a` twice$/],
  ]) {
    assert.throws(
      () => requestIn(...given),
      (error) => error instanceof RequestError && message.test(error.message),
    );
  }
  assert.throws(() => policy.options(world, null, "bucket/a"), { name: "RequestError", code: "unknown-kind" });
  assert.throws(() => policy.options({ ...world, mode: "odd" }, null, "cluster/a"), {
    name: "RequestError",
    code: "unknown-mode",
    message: "the policy has no mode `odd`; it has `classic`, `federated`",
  });
});

/** Does something for each, two at a time. */
async function inPairs(list, work) {
  const entries = list.entries();
  const worker = async () => {
    for (const [index, one] of entries) await work(one, index);
  };
  await Promise.all([worker(), worker()]);
}
