import type { FocusEventHandler } from "react";
import type { Field } from "./fields";

export interface FieldProps<F extends Field = Field> {
  field: F;
  /** The value that all nodes have, VARIOUS if they differ; of fields of one node alone their value. */
  value: unknown;
  /** Fields that change with this input; undefined: the service's standard. */
  onChange: (fields: Record<string, unknown>) => void;
  error?: string;
  currency: string;
  disabled?: boolean;
  onBlur?: FocusEventHandler;
  inputWrapperOrder?: ("label" | "input" | "description" | "error")[];
}
