import type { ConditionInfo } from "interlock-policy";
import { Choice } from "../components/Choice.tsx";
import type { Said } from "./grid.ts";
import { say } from "./said.ts";

/** What is said of a condition by hand, which counts before what a role says of it. */
export function ConditionChoice(props: {
  condition: Pick<ConditionInfo, "code" | "question">;
  said: ReadonlyMap<string, boolean>;
  /** What the chosen role says of it. Default: nothing. */
  byRole?: Said;
}) {
  const { condition, said, byRole } = props;
  const { code, question } = condition;
  return (
    <Choice
      label={question}
      options={[
        { value: "unsaid", label: byRole === undefined ? "not said" : `by the role: ${word(byRole)}` },
        { value: "yes", label: word(true) },
        { value: "no", label: word(false) },
      ]}
      value={said.has(code) ? word(said.get(code) ?? false) : "unsaid"}
      onChange={(answer) => say(said, code, answer === "unsaid" ? undefined : answer === "yes")}
    />
  );
}

function word(answer: boolean): "yes" | "no" {
  return answer ? "yes" : "no";
}
