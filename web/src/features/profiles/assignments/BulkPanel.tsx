import {
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Radio,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Surface } from "@/shared/ui/Surface";
import { POWER_TYPES, type Profile } from "../queries";
import { type Bulk, type Order, type Scaling, scaleFor } from "./plan";

interface Props {
  profiles: Profile[];
  houseIds: number[];
  onApply: (bulk: Bulk) => void;
  onRemove: (houseIds: number[]) => void;
}

/** Gives one profile, or several dealt among them, to all chosen houses. */
export function BulkPanel({ profiles, houseIds, onApply, onRemove }: Props) {
  const { t } = useTranslation("profiles");
  const [ids, setIds] = useState<string[]>([]);
  const [by, setBy] = useState<Scaling["by"]>("factor");
  const [factor, setFactor] = useState<number | "">(1);
  const [kwh, setKwh] = useState<number | "">(3500);
  const [order, setOrder] = useState<Order["by"]>("turns");
  const [seed, setSeed] = useState<number | "">(1);
  const [replace, setReplace] = useState(true);
  const chosen = useMemo(() => {
    const wanted = new Set(ids);
    return profiles.filter((profile) => wanted.has(String(profile.id)));
  }, [profiles, ids]);
  const scaling: Scaling = by === "factor" ? { by, factor: Number(factor) } : { by, kwh: Number(kwh) };
  const unscaled = chosen.filter((profile) => scaleFor(profile, scaling) === null);
  const groups = POWER_TYPES.map((type) => ({
    group: t(`type.${type}`),
    items: profiles
      .filter((profile) => profile.profile_type === type)
      .map((profile) => ({ value: String(profile.id), label: profile.name })),
  })).filter((group) => group.items.length > 0);
  const ready = houseIds.length > 0 && chosen.length > 0 && unscaled.length === 0;
  const apply = () =>
    onApply({
      houseIds,
      profiles: chosen,
      scaling,
      order: order === "turns" ? { by: order } : { by: order, seed: Number(seed) },
      replace,
    });
  return (
    <Surface>
      <Stack>
        <Title order={2} size="h4">
          {t("assign.bulk.title")}
        </Title>
        <Text size="sm" c="dimmed" aria-live="polite">
          {houseIds.length === 0 ? t("assign.bulk.none") : t("assign.bulk.count", { count: houseIds.length })}
        </Text>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <MultiSelect
            label={t("assign.bulk.profiles")}
            description={t("assign.bulk.profilesHelp")}
            data={groups}
            value={ids}
            onChange={setIds}
            searchable
            clearable
            limit={100}
          />
          <Group align="flex-end" gap="sm">
            <Stack gap={4}>
              <Text size="sm" fw={500}>
                {t("assign.bulk.scaleBy")}
              </Text>
              <SegmentedControl
                aria-label={t("assign.bulk.scaleBy")}
                value={by}
                onChange={(value) => setBy(value as Scaling["by"])}
                data={[
                  { value: "factor", label: t("assign.bulk.factor") },
                  { value: "energy", label: t("assign.bulk.energy") },
                ]}
              />
            </Stack>
            {by === "factor" ? (
              <NumberInput
                label={t("field.scale")}
                min={0}
                value={factor}
                onChange={(value) => setFactor(value as number)}
                w={120}
              />
            ) : (
              <NumberInput
                label={t("field.yearlyEnergy")}
                min={0}
                suffix=" kWh"
                value={kwh}
                onChange={(value) => setKwh(value as number)}
                w={140}
              />
            )}
          </Group>
        </SimpleGrid>
        {chosen.length > 1 && (
          <Group align="flex-end">
            <Radio.Group
              label={t("assign.bulk.order")}
              value={order}
              onChange={(value) => setOrder(value as Order["by"])}
            >
              <Group mt={6}>
                <Radio value="turns" label={t("assign.bulk.turns")} />
                <Radio value="chance" label={t("assign.bulk.chance")} />
              </Group>
            </Radio.Group>
            {order === "chance" && (
              <NumberInput
                label={t("assign.bulk.seed")}
                allowDecimal={false}
                value={seed}
                onChange={(value) => setSeed(value as number)}
                w={110}
              />
            )}
          </Group>
        )}
        <Radio.Group
          label={t("assign.bulk.existing")}
          value={replace ? "replace" : "add"}
          onChange={(value) => setReplace(value === "replace")}
        >
          <Group mt={6}>
            <Radio value="replace" label={t("assign.bulk.replace")} />
            <Radio value="add" label={t("assign.bulk.addTo")} />
          </Group>
        </Radio.Group>
        {unscaled.length > 0 && (
          <Text size="sm" c="red" role="status">
            {t("assign.bulk.noEnergy", { names: unscaled.map((profile) => profile.name).join(", ") })}
          </Text>
        )}
        <Group>
          <Button onClick={apply} disabled={!ready}>
            {t("assign.bulk.apply", { count: houseIds.length })}
          </Button>
          <Button variant="default" onClick={() => onRemove(houseIds)} disabled={houseIds.length === 0}>
            {t("assign.bulk.clear")}
          </Button>
        </Group>
      </Stack>
    </Surface>
  );
}
