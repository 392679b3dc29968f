import type { ConditionClass } from "interlock-policy";

/** What kinds of question conditions ask, as people read it, in the order in which they are shown. */
export const CLASSES: Readonly<Record<ConditionClass, string>> = {
  mode: "Mode",
  access: "Who may",
  target: "The resource itself",
  related: "Other resources",
  parameter: "Arguments",
};
