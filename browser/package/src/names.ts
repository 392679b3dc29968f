/** The names of one kind of resource. */
export interface KindNames {
  /** Its states, `absent` among them. */
  state: string;
  /** What subjects may ask to do to it. */
  operation: string;
  /** What the platform reports of it. */
  event: string;
  /** What is known of it besides. */
  attribute: string;
}

/**
 * The names of a policy, on the level of types. `interlock-policy codegen` writes them from a policy, so that a wrong
 * name does not compile. Where none are given, every name is any text.
 */
export interface Names {
  /** Kinds. */
  kind: string;
  /** States of any kind. */
  state: string;
  /** Operations and events of any kind. */
  action: string;
  /** Modes of operation. */
  mode: string;
  /** Roles. */
  role: string;
  /** Codes of conditions. */
  condition: string;
  /** Codes of effects. */
  effect: string;
  /** Attributes of subjects. */
  subject: string;
  /** Parameters of actions. */
  parameter: string;
  /** What each kind has. */
  kinds: Record<string, KindNames>;
}

/** Names of kinds. */
export type Kind<N extends Names = Names> = keyof N["kinds"] & string;
/** Names of the states of a kind. */
export type State<N extends Names = Names, K extends Kind<N> = Kind<N>> = N["kinds"][K]["state"];
/** Names of what may be asked or reported of a kind. */
export type Action<N extends Names = Names, K extends Kind<N> = Kind<N>> =
  N["kinds"][K]["operation"] | N["kinds"][K]["event"];
/** Names of what may be asked of a kind. */
export type Operation<N extends Names = Names, K extends Kind<N> = Kind<N>> = N["kinds"][K]["operation"];
