import { Select } from "@mantine/core";
import { useMemo } from "react";

const OFFSETS = Array.from({ length: 27 }, (_, hour) => {
  const offset = hour - 12;
  return `${offset < 0 ? "-" : "+"}${String(Math.abs(offset)).padStart(2, "0")}:00`;
});

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (zone: string) => void;
  /** Shown first: the communities' zones. */
  near: string[];
  /** Offsets that hold all year, as loggers without summer time keep them. */
  withOffsets?: boolean;
  disabled?: boolean;
  error?: string;
}

/** Any time zone of the world, by search. */
export function ZoneSelect({ label, description, value, onChange, near, withOffsets, disabled, error }: Props) {
  const data = useMemo(() => {
    const names = [...near, "UTC", ...(withOffsets ? OFFSETS : []), ...Intl.supportedValuesOf("timeZone"), value];
    return [...new Set(names)];
  }, [near, withOffsets, value]);
  return (
    <Select
      label={label}
      description={description}
      inputWrapperOrder={["label", "input", "description", "error"]}
      data={data}
      value={value}
      onChange={(zone) => zone && onChange(zone)}
      searchable
      allowDeselect={false}
      limit={60}
      disabled={disabled}
      error={error}
    />
  );
}
