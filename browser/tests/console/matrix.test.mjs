import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openConsole, violations } from "../harness/console.mjs";
import { focused, linkOf } from "../harness/eventually.mjs";

let site;
before(async () => (site = await openConsole()));
after(() => site.close());

const cell = (page, name) => page.getByRole("button", { name, exact: true });

test("kinds stand in the order of the state matrix", async () => {
  const page = await site.open("#/matrix");
  const tabs = page.getByRole("tab");
  await tabs.first().waitFor();
  const titles = await tabs.allTextContents();
  assert.deepEqual(titles.slice(0, 4), ["Backup location", "Users and user groups", "Clusters", "Virtual Machines"]);
  assert.equal(titles.length, 14);
  await page.finish();
});

test("what is said of conditions changes the cells at once, and stands in the link", async () => {
  const page = await site.open("#/matrix?kind=backup&mode=federated&cell=success/delete");
  await cell(page, "Delete, Success: conditional").waitFor();
  const drawer = page.getByRole("complementary", { name: "Delete, Success" });
  for (const question of ["Does the subject's role exist in this mode?", "May the subject delete it?"]) {
    await drawer.getByRole("group", { name: question }).getByLabel("yes").check({ force: true });
  }
  const worker = drawer.getByRole("group", { name: /Is a cluster attached/ });
  await worker.getByLabel("no", { exact: true }).check({ force: true });
  await cell(page, "Delete, Success: refused").waitFor();
  await worker.getByLabel("yes").check({ force: true });
  await cell(page, "Delete, Success: allowed").waitFor();
  const again = await site.open(linkOf(page));
  await cell(again, "Delete, Success: allowed").waitFor();
  await again.finish();
  await page.finish();
});

test("a role says what it may", async () => {
  const page = await site.open("#/matrix?kind=backup&mode=federated&role=px-backup-app.user&of=foreign");
  await cell(page, "Delete, Success: refused").waitFor();
  await cell(page, "Delete, Success: refused").click();
  const asked = page.getByRole("complementary").getByRole("group", { name: "May the subject delete it?" });
  await asked.getByLabel("by the role: no").and(page.locator(":checked")).waitFor();
  await page.getByText("theirs", { exact: true }).click();
  await cell(page, "Delete, Success: conditional").waitFor();
  await asked.getByLabel("by the role: yes").and(page.locator(":checked")).waitFor();
  await page.finish();
});

test("the turnstile shows up as well", async () => {
  const page = await site.open("#/matrix?policy=policies/turnstile.wasm");
  await cell(page, "Coin, Locked: conditional").waitFor();
  await page.finish();
});

test("the matrix is reached and read by the keyboard alone", async () => {
  const page = await site.open("#/matrix?kind=backup");
  const tab = page.getByRole("tab", { name: "Backups" });
  await tab.focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tab", { name: "Restores", selected: true }).waitFor();
  const first = cell(page, "Create, Absent: conditional");
  await first.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Create, Absent" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("complementary").waitFor({ state: "detached" });
  await focused(first);
  await page.finish();
});

test("the focus goes back to the cell that was opened last", async () => {
  const page = await site.open("#/matrix?kind=backup");
  const [one, other] = [cell(page, "View, Success: conditional"), cell(page, "Edit, Success: conditional")];
  await one.click();
  await page.getByRole("complementary", { name: "View, Success" }).waitFor();
  await other.click();
  await page.getByRole("complementary", { name: "Edit, Success" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("complementary").waitFor({ state: "detached" });
  await focused(other);
  await page.finish();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in the ${colorScheme} matrix`, async () => {
    const page = await site.open("#/matrix?kind=backup&conditions=open&cell=success/delete", { colorScheme });
    await page.getByRole("complementary").waitFor();
    assert.deepEqual(await violations(page), []);
    await page.finish();
  });
}
