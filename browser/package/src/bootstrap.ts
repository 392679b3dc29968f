// What the build needs before there is an embedded policy; no part of the package.
export { codegen } from "./codegen.js";
export { open as openLocal } from "./local.js";
