import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { DIST, openConsole, violations } from "../harness/console.mjs";
import { holds } from "../harness/eventually.mjs";

let site;
before(async () => {
  site = await openConsole();
});
after(() => site.close());

/** A shipped policy in which some bytes are replaced by as many, as a file to give to the page. */
async function changed(name, ...replaced) {
  const buffer = await readFile(`${DIST}/policies/${name}.wasm`);
  for (const [from, to] of replaced) {
    assert.equal(from.length, to.length);
    const place = buffer.indexOf(from);
    assert.ok(place >= 0, `${name} does not say ${from}`);
    buffer.write(to, place);
  }
  return { name: `changed ${name}.wasm`, mimeType: "application/wasm", buffer };
}

const openNew = (page) => page.getByLabel("Open file… for new");

test("what the program finds is told in its words, with the way to each cell", async () => {
  const page = await site.open("#/compare?policy=policies/turnstile.wasm");
  await page.getByText("Choose the policy to compare with Turnstile").waitFor();
  await openNew(page).setInputFiles(await changed("turnstile", ["coin-kept", "coin-lost"]));
  await page.getByRole("button", { name: /^next state or effect changed/ }).waitFor();
  await page.getByText("coin turnstile from locked, unlocked in normal").waitFor();
  await page.getByText("interlock diff turnstile.wasm 'changed turnstile.wasm'").waitFor();
  await page.getByRole("link", { name: "in the matrix" }).first().click();
  await page.getByRole("complementary", { name: "Coin, Locked" }).waitFor();
  await page.finish();
});

test("a comparison is the one that the program prints", async () => {
  const page = await site.open("#/compare?policy=policies/backup.wasm&new=policies/turnstile.wasm");
  const saved = page.waitForEvent("download", { timeout: 120_000 });
  await page.getByRole("button", { name: "Save as JSON" }).click({ timeout: 120_000 });
  const download = await saved;
  const comparison = JSON.parse(await readFile(await download.path(), "utf8"));
  assert.equal(comparison.old.name, "backup-resource-states");
  assert.equal(comparison.new.name, "turnstile");
  assert.equal(comparison.changed.gone.cells, 613);
  await page.finish();
});

test("a policy and itself decide, tell and answer alike; so says a link", async () => {
  const page = await site.open("#/compare?old=policies/turnstile.wasm&new=policies/turnstile.wasm");
  await page.getByText("The two decide, tell and answer alike.").waitFor();
  await page.finish();
});

test("a file that is no policy is refused by its side", async () => {
  const page = await site.open("#/compare?policy=policies/turnstile.wasm");
  await openNew(page).setInputFiles({ name: "text.wasm", mimeType: "application/wasm", buffer: Buffer.from("text") });
  await page.getByRole("alert").getByText("the new policy: the policy is no WebAssembly component").waitFor();
  await page.finish();
});

test("a policy that the link names and the page does not have is told of, and nothing else compared", async () => {
  const page = await site.open("#/compare?old=file:mine.wasm&new=policies/no-such.wasm");
  const said = page.getByRole("alert");
  await said.getByText("The file mine.wasm, which the link names as the old policy, was not given to this").waitFor();
  await said.getByText("There is no policy policies/no-such.wasm here, which the link names as the new one").waitFor();
  await holds(page.getByRole("combobox", { name: "Old" }), "");
  await page.finish();
});

test("a file that is too large to be a policy is not read, and the page says so", async () => {
  const page = await site.open("#/compare?policy=policies/turnstile.wasm");
  const buffer = Buffer.alloc(4 * 2 ** 20 + 1);
  await openNew(page).setInputFiles({ name: "large.wasm", mimeType: "application/wasm", buffer });
  await page.getByRole("status").getByText("large.wasm is not taken: it has 4,194,305 bytes").waitFor();
  await page.finish();
});

test("the code that compares is loaded with this view only", async () => {
  const before = site.server.asked.length;
  const page = await site.open("#/matrix");
  await page.getByRole("tab").first().waitFor();
  assert.deepEqual(
    site.server.asked.slice(before).filter((path) => path.includes("compare")),
    [],
  );
  await page.finish();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in a ${colorScheme} comparison, on a narrow screen too`, async () => {
    const link = "#/compare?old=policies/turnstile.wasm&new=policies/backup.wasm";
    const page = await site.open(link, { colorScheme });
    await page.getByRole("button", { name: /^new/ }).waitFor({ timeout: 120_000 });
    assert.deepEqual(await violations(page), []);
    await page.setViewportSize({ width: 390, height: 800 });
    assert.deepEqual(await violations(page), []);
    await page.finish();
  });
}
