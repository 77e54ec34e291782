import { NumberInput, type NumberInputProps, Text } from "@mantine/core";
import { useState } from "react";
import { useFormats } from "@/shared/format/formats";

interface Props extends Omit<NumberInputProps, "value" | "onChange"> {
  value: number | null;
  onChange: (value: number | null) => void;
  unit?: string;
  /** What is shown for each of the value: 100 for percent. */
  factor?: number;
}

/** Floats without the noise of their last digits: 0.07 · 100 is 7. */
const tidy = (value: number) => Number(value.toPrecision(12));

/** A number with its unit. What is typed stays as it is while it means the value: "1.", "1.0". */
export function NumberBox({ value, onChange, unit, factor = 1, ...rest }: Props) {
  const { locale } = useFormats();
  const shown = value === null ? "" : tidy(value * factor);
  const [typed, setTyped] = useState<number | string>(shown);
  const separator = locale.startsWith("de") ? "," : ".";
  return (
    <NumberInput
      hideControls
      clampBehavior="none"
      decimalSeparator={separator}
      allowedDecimalSeparators={[".", ","]}
      aria-description={unit}
      rightSection={
        unit && (
          <Text size="sm" c="dimmed" pe="xs" style={{ whiteSpace: "nowrap" }} aria-hidden>
            {unit}
          </Text>
        )
      }
      rightSectionWidth={unit ? unit.length * 8 + 20 : undefined}
      rightSectionPointerEvents="none"
      {...rest}
      value={meant(typed, factor) === value ? typed : shown}
      onChange={(next) => {
        setTyped(next);
        onChange(meant(next, factor));
      }}
    />
  );
}

function meant(typed: number | string, factor: number): number | null {
  if (typeof typed === "string" && typed.trim() === "") return null;
  const number = Number(typed);
  return Number.isFinite(number) ? tidy(number / factor) : null;
}
