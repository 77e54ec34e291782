import { Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/shared/format/formats";
import { LinkButton } from "@/shared/ui/LinkButton";
import { Surface } from "@/shared/ui/Surface";
import { useHasAssignments } from "../queries";
import { AboutExample } from "./AboutExample";
import { deviceWords } from "./devices";
import type { ExampleEntry } from "./files";
import { Outcome } from "./Outcome";
import { Progress } from "./Progress";
import type { ImportState } from "./useImport";

interface Props {
  entry: ExampleEntry;
  /** The community of this name that is there already. */
  present: { id: number } | null;
  progress: ImportState | null;
  disabled: boolean;
  onImport: () => void;
}

const MEGABYTE = 1e6;

export function ExampleCard({ entry, present, progress, disabled, onImport }: Props) {
  const { t } = useTranslation(["start", "common"]);
  const formats = useFormats();
  const [about, { open, close }] = useDisclosure(false);
  const devices = entry.devices.map(([kind, count]) => deviceWords(t, kind, count));
  const period = `${formats.date(entry.start, entry.timezone)} – ${formats.date(lastMoment(entry.end), entry.timezone)}`;
  return (
    <Surface p="lg">
      <Stack gap="sm" h="100%" component="article" aria-label={entry.title}>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={2} size="h4">
            {entry.title}
          </Title>
          {present !== null && progress === null && (
            <Badge variant="light" tt="none">
              {t("example.present")}
            </Badge>
          )}
        </Group>
        <Text>
          {t("count.houses", { count: entry.houses })} · {t("count.transformers", { count: entry.transformers })}
        </Text>
        <Text size="sm" c="dimmed">
          {devices.join(", ")}
        </Text>
        <Text size="sm" c="dimmed">
          {t("example.period", { period, minutes: entry.step_minutes, zone: entry.timezone })}
        </Text>
        <Button variant="transparent" size="compact-sm" px={0} onClick={open} style={{ alignSelf: "flex-start" }}>
          {t("example.about")}
        </Button>
        <Stack gap="sm" mt="auto">
          {progress === null ? (
            <Choices
              entry={entry}
              present={present}
              disabled={disabled}
              onImport={onImport}
              size={t("example.megabytes", { size: formats.number(entry.profiles_bytes / MEGABYTE, 1) })}
            />
          ) : (
            <>
              <Progress state={progress} />
              <Outcome state={progress} onRetry={onImport} />
            </>
          )}
        </Stack>
      </Stack>
      <AboutExample entry={entry} opened={about} onClose={close} />
    </Surface>
  );
}

interface ChoicesProps extends Omit<Props, "progress"> {
  size: string;
}

function Choices({ entry, present, disabled, onImport, size }: ChoicesProps) {
  const { t } = useTranslation(["start", "common"]);
  if (present === null)
    return (
      <Group gap="sm">
        <Button
          leftSection={<IconDownload size={18} />}
          disabled={disabled}
          onClick={onImport}
          aria-label={t("example.importNamed", { name: entry.title })}
        >
          {t("example.import")}
        </Button>
        <Text size="sm" c="dimmed">
          {size}
        </Text>
      </Group>
    );
  return <PresentChoices entry={entry} gridId={present.id} disabled={disabled} onImport={onImport} />;
}

interface PresentProps extends Pick<Props, "entry" | "disabled" | "onImport"> {
  gridId: number;
}

/** It is there: go to it, complete it, or run its year. The import finds what is there and does what is missing. */
function PresentChoices({ entry, gridId, disabled, onImport }: PresentProps) {
  const { t } = useTranslation(["start", "common"]);
  const assigned = useHasAssignments(gridId).data;
  return (
    <Group gap="sm">
      <LinkButton to="/communities/$gridId" params={{ gridId }} variant="light">
        {t("example.open")}
      </LinkButton>
      <Button
        variant="default"
        disabled={disabled || assigned === undefined}
        onClick={onImport}
        aria-label={t(assigned === false ? "example.completeNamed" : "example.checkNamed", { name: entry.title })}
      >
        {t(assigned === false ? "example.complete" : "example.check")}
      </Button>
    </Group>
  );
}

/** Ends are half open: the day before a midnight is the last one that is there. */
function lastMoment(end: string): number {
  return Date.parse(end) - 1;
}
