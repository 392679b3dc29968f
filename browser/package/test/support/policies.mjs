// Where the shipped policies, the sites and the program are.
import { readFile } from "node:fs/promises";

const root = new URL("../../../../", import.meta.url);

/** The folder of the shipped policies. */
export const POLICIES = process.env.INTERLOCK_POLICIES ?? new URL("target/policies", root).pathname;

/** A policy's bytes. */
export const policyBytes = (name) => readFile(`${POLICIES}/${name}.wasm`);

/** A file of the repository, as JSON. */
export const readJson = async (path) => JSON.parse(await readFile(new URL(path, root), "utf8"));

/** The version of the contract in wit. */
export async function contractOf() {
  const text = await readFile(new URL("wit/policy.wit", root), "utf8");
  return text.match(/^package interlock:policy@(.*);$/m)[1];
}
