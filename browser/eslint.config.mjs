import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import typescript from "typescript-eslint";

export default defineConfig(
  globalIgnores(["**/dist", "**/generated", "**/public"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [js.configs.recommended, typescript.configs.strict, typescript.configs.stylistic],
    rules: {
      // The compiler finds names that are not there, and knows the types.
      "no-undef": "off",
      // Types of names are intersections and mapped types, which interfaces are not.
      "@typescript-eslint/consistent-type-definitions": "off",
    },
  },
  {
    files: ["**/*.mjs"],
    extends: [js.configs.recommended],
    // Node's names and, in what tests run in a page, a browser's.
    rules: { "no-undef": "off" },
  },
);
