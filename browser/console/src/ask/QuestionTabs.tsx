import type { ComponentChildren } from "preact";
import { Tabs } from "../components/Tabs.tsx";
import { choose, chosen } from "../link/link.ts";

/** The question as a form, or as JSON; both show the same. */
export function QuestionTabs({ children }: { children: ComponentChildren }) {
  return (
    <Tabs
      label="Forms of the question"
      options={[
        { value: "form", label: "Form" },
        { value: "json", label: "JSON" },
      ]}
      value={chosen("edit") === "json" ? "json" : "form"}
      onChange={(value) => choose({ edit: value === "json" ? "json" : null })}
    >
      {children}
    </Tabs>
  );
}
