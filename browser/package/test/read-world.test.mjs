// Worlds out of files: what is wrong with one is said before anything is asked about it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadPolicy, readWorld, RequestError } from "interlock-policy";
import { readJson } from "./support/policies.mjs";

const { manifest } = await loadPolicy();
const rule = { kind: "rule", id: "a", state: "present" };

test("the example sites are worlds, and are given as they are", async () => {
  for (const site of ["federated-site", "classic-site"]) {
    const world = await readJson(`examples/${site}.json`);
    assert.equal(readWorld(world, manifest), world);
  }
});

test("a mode is enough", () => {
  assert.deepEqual(readWorld({ mode: "classic" }, manifest), { mode: "classic" });
});

test("the first thing that is wrong is named, with its place and what is allowed", () => {
  const wrong = [
    [null, "invalid", "the world is null; it must be an object"],
    [{}, "invalid", "mode is missing; it must be a string"],
    [{ mode: "sideways" }, "unknown-mode", "mode is `sideways`; it must be one of `classic`, `federated`"],
    [{ mode: "classic", title: 7 }, "invalid", "title is 7; it must be a string"],
    [
      { mode: "classic", resource: [] },
      "invalid",
      "the world has a field `resource` that is not known; it takes `title`, `mode`, `subjects`, `resources`",
    ],
    [{ mode: "classic", resources: null }, "invalid", "resources is null; it must be a list"],
    [{ mode: "classic", subjects: [{ roles: [] }] }, "invalid", "subjects[0].id is missing; it must be a string"],
    [
      { mode: "classic", subjects: [{ id: "a", roles: [1] }] },
      "invalid",
      "subjects[0].roles[0] is 1; it must be a string",
    ],
    [
      { mode: "classic", resources: [rule, { ...rule, id: 7 }] },
      "invalid",
      "resources[1].id is 7; it must be a string",
    ],
    [
      { mode: "classic", resources: [{ ...rule, attributes: { owner: 7 } }] },
      "invalid",
      "resources[0].attributes.owner is 7; it must be a string, or a list of strings",
    ],
    [
      { mode: "classic", resources: [{ ...rule, state: "lost" }] },
      "unknown-state",
      "resources[0].state is `lost`; it must be one of `absent`, `present`",
    ],
    [{ mode: "classic", resources: [rule, rule] }, "invalid", "resources[1] is rule `a`, which the world lists twice"],
  ];
  for (const [value, code, message] of wrong) {
    assert.throws(
      () => readWorld(value, manifest),
      (error) => {
        assert.ok(error instanceof RequestError);
        assert.deepEqual([error.code, error.message], [code, message]);
        return true;
      },
    );
  }
});

test("names that every object has are no kinds", () => {
  for (const kind of ["__proto__", "constructor", "toString"]) {
    const world = { mode: "classic", resources: [{ kind, id: "a", state: "present" }] };
    assert.throws(() => readWorld(world, manifest), { code: "unknown-kind" });
  }
});
