// Memory does not grow with calls; `npm run soak -w interlock-browser-tests` makes ten million of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inChromium, inNode } from "./soak.mjs";

const CALLS = 200_000;
/** Bytes that a heap may differ by: one byte for a call, where the least object takes twelve. */
const NOISE = CALLS;

for (const [where, run] of [
  ["Node", inNode],
  ["Chromium", inChromium],
]) {
  test(`${CALLS} calls in ${where} leave memory as it was`, async (t) => {
    const { before, after, seconds } = await run(CALLS);
    t.diagnostic(`${seconds.toFixed(1)} s; ${JSON.stringify({ before, after })}`);
    assert.equal(before.pages.length, 1);
    assert.deepEqual(after.pages, before.pages);
    assert.ok(after.heap - before.heap < NOISE, `the heap grew by ${after.heap - before.heap} bytes`);
  });
}
