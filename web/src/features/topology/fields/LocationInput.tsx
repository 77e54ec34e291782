import { Group, Input } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SpecialField } from "./fields";
import { NumberBox } from "./NumberBox";
import type { FieldProps } from "./props";

interface Location {
  latitude: number | null;
  longitude: number | null;
}

/** Both coordinates, or none. */
export function LocationInput({ field, value, onChange, error, currency: _, ...rest }: FieldProps<SpecialField>) {
  const { t } = useTranslation("topology");
  const location = (value ?? { latitude: null, longitude: null }) as Location;
  const change = (part: Partial<Location>) => {
    const next = { ...location, ...part };
    onChange({ [field.name]: next.latitude === null && next.longitude === null ? null : next });
  };
  return (
    <Input.Wrapper
      label={t("field.location.label")}
      labelElement="div"
      description={t("field.location.help")}
      error={error}
      inputWrapperOrder={rest.inputWrapperOrder}
    >
      <Group grow gap="xs" mb={4}>
        {(["latitude", "longitude"] as const).map((part) => (
          <NumberBox
            key={part}
            aria-label={t(`form.${part}`)}
            placeholder={t(`form.${part}`)}
            unit="°"
            value={location[part]}
            error={Boolean(error)}
            disabled={rest.disabled}
            onBlur={rest.onBlur}
            onChange={(next) => change({ [part]: next })}
          />
        ))}
      </Group>
    </Input.Wrapper>
  );
}
