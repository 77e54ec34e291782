import { ColorSwatch, Group, SimpleGrid, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { usePalette } from "@/shared/charts/palette";
import { useFormats } from "@/shared/format/formats";
import { Surface } from "@/shared/ui/Surface";
import { type Part, supplyParts, usageParts } from "./energyParts";
import { energyKwh, type Scene } from "./scene";

/** The energies of what is seen: of the load and of the generation, with their parts. */
export function EnergySums({ scene }: { scene: Scene }) {
  const { t } = useTranslation(["results", "common"]);
  const palette = usePalette();
  const supply = t(scene.kind === "house" ? "day.supplyHouse" : "day.supply", { returnObjects: true });
  const use = t("day.use", { returnObjects: true });
  const loadKwh = energyKwh(scene.load, scene.stepHours);
  const generationKwh = energyKwh(scene.generation, scene.stepHours);
  return (
    <SimpleGrid cols={{ base: 1, sm: generationKwh > 0 ? 2 : 1 }}>
      <Sums title={t("day.servedLoad")} wholeKwh={loadKwh} parts={supplyParts(scene, palette)} words={supply} />
      {generationKwh > 0 && (
        <Sums title={t("day.usedGeneration")} wholeKwh={generationKwh} parts={usageParts(scene, palette)} words={use} />
      )}
    </SimpleGrid>
  );
}

interface Props<Name extends string> {
  title: string;
  wholeKwh: number;
  parts: Part<Name>[];
  words: Record<Name, string>;
}

function Sums<Name extends string>({ title, wholeKwh, parts, words }: Props<Name>) {
  const formats = useFormats();
  const digits = wholeKwh < 100 ? 2 : 1;
  return (
    <Surface>
      <Table withRowBorders={false} verticalSpacing={4} horizontalSpacing="xs" fz="sm" aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{title}</Table.Th>
            <Table.Th scope="col" ta="right" style={{ whiteSpace: "nowrap" }}>
              {formats.quantity(wholeKwh, "kWh", digits)}
            </Table.Th>
            <Table.Th scope="col" ta="right" w={72}>
              {formats.percent(1, 0)}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ fontVariantNumeric: "tabular-nums" }}>
          {parts.map((part) => (
            <Table.Tr key={part.name}>
              <Table.Td>
                <Group gap="xs" wrap="nowrap">
                  <ColorSwatch color={part.colour} size={12} withShadow={false} aria-hidden />
                  <Text size="sm">{words[part.name]}</Text>
                </Group>
              </Table.Td>
              <Table.Td ta="right" style={{ whiteSpace: "nowrap" }}>
                {formats.quantity(part.kwh, "kWh", digits)}
              </Table.Td>
              <Table.Td ta="right">{formats.percent(wholeKwh > 0 ? part.kwh / wholeKwh : null)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Surface>
  );
}
