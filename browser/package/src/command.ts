#!/usr/bin/env node
// `interlock-policy codegen POLICY`: the names of a policy as TypeScript types.
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { codegen } from "./codegen.js";
import { loadPolicy } from "./load.js";

const USAGE = `interlock-policy codegen POLICY [--name NAME] [--output FILE]

Writes the names of a policy as a TypeScript type, for loadPolicy<Name>() and watchPolicy<Name>().

  POLICY         a component: a file, or an http or https address
  --name NAME    of the type; default: made of the policy's name
  --output FILE  where to write; default: standard output`;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      name: { type: "string" },
      output: { type: "string", short: "o" },
      help: { type: "boolean", short: "h" },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [command, source, ...others] = positionals;
  if (command !== "codegen" || source === undefined || others.length > 0) {
    console.error(USAGE);
    return 64;
  }
  if (values.name !== undefined && !/^[A-Za-z_$][\w$]*$/.test(values.name)) {
    console.error(`error: --name is \`${values.name}\`, which is no name of a type`);
    return 64;
  }
  const policy = await loadPolicy(/^https?:/.test(source) ? source : await readFile(source));
  const types = `// Written by interlock-policy codegen; do not edit.\n${codegen(policy.manifest, policy.digest, values.name)}`;
  policy.close();
  if (values.output === undefined) process.stdout.write(types);
  else await writeFile(values.output, types);
  return 0;
}

run().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
