import { Choice } from "../components/Choice.tsx";

/** Whether a subject asks, or the platform reports. */
export function WhoAsks(props: { isSubject: boolean; onChange: (isSubject: boolean) => void }) {
  return (
    <Choice
      label="Who asks"
      labelHidden
      options={[
        { value: "somebody", label: "a subject" },
        { value: "nobody", label: "nobody: the platform reports" },
      ]}
      value={props.isSubject ? "somebody" : "nobody"}
      onChange={(next) => props.onChange(next === "somebody")}
    />
  );
}
