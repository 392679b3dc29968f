#!/usr/bin/env node
// `interlock-policy codegen POLICY`: the names of a policy as TypeScript types.
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { codegen } from "./codegen.js";
import { loadPolicy } from "./node.js";
import type { ThreadedPolicy } from "./policy.js";

const USAGE = `interlock-policy codegen POLICY [--name NAME] [--output FILE]

Writes the names of a policy as a TypeScript type, for loadPolicy<Name>() and watchPolicy<Name>().

  POLICY         a component: a file, or an http or https address
  --name NAME    of the type; default: made of the policy's name
  --output FILE  where to write; default: standard output`;

/** How the program ends, as `interlock` does. */
const EXIT = { usage: 64, read: 66, policy: 69, write: 74 } as const;

class Failure extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

async function run(): Promise<void> {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [command, source, ...others] = positionals;
  if (command !== "codegen" || source === undefined || others.length > 0) throw new Failure(EXIT.usage, USAGE);
  if (values.name !== undefined && !/^[A-Za-z_$][\w$]*$/.test(values.name)) {
    throw new Failure(EXIT.usage, `error: --name is \`${values.name}\`, which is no name of a type`);
  }
  const policy = await load(source);
  const types = `// Written by interlock-policy codegen; do not edit.\n${codegen(policy.manifest, policy.digest, values.name)}`;
  policy.close();
  if (values.output === undefined) process.stdout.write(types);
  else await writeFile(values.output, types).catch(failed(EXIT.write, `cannot write \`${values.output}\``));
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        name: { type: "string" },
        output: { type: "string", short: "o" },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Failure(EXIT.usage, `error: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

async function load(source: string): Promise<ThreadedPolicy> {
  const isAddress = /^https?:/.test(source);
  const given = isAddress ? source : await readFile(source).catch(failed(EXIT.read, `cannot read \`${source}\``));
  return loadPolicy(given).catch(failed(EXIT.policy, `cannot load \`${source}\``));
}

function failed(code: number, what: string) {
  return (error: unknown): never => {
    throw new Failure(code, `error: ${what}: ${error instanceof Error ? error.message : String(error)}`);
  };
}

run().catch((error: unknown) => {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = error instanceof Failure ? error.code : EXIT.policy;
});
