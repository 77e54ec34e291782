import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LinkButton, TextLink } from "@/shared/ui/LinkButton";
import type { Grid, Profile } from "../queries";

interface Props {
  profiles: Profile[];
  grids: Grid[];
  onAgain: () => void;
}

const MOST_LINKS = 30;

/** What was stored, and where to go from here. */
export function StoredStep({ profiles, grids, onAgain }: Props) {
  const { t } = useTranslation("profiles");
  const hidden = profiles.length - MOST_LINKS;
  return (
    <Stack gap="lg">
      <Alert
        color="moss"
        variant="light"
        icon={<IconCircleCheck size={20} />}
        title={t("import.stored.title", { count: profiles.length })}
        role="status"
      >
        <Stack gap="xs">
          <List size="sm">
            {profiles.slice(0, MOST_LINKS).map((profile) => (
              <List.Item key={profile.id}>
                <TextLink to="/profiles/$profileId" params={{ profileId: profile.id }}>
                  {profile.name}
                </TextLink>
              </List.Item>
            ))}
          </List>
          {hidden > 0 && <Text size="sm">{t("import.more", { count: hidden })}</Text>}
        </Stack>
      </Alert>
      <Group>
        {grids
          .filter((grid) => grid.access === "operate")
          .slice(0, 4)
          .map((grid) => (
            <LinkButton
              key={grid.id}
              to="/communities/$gridId/assignments"
              params={{ gridId: grid.id }}
              variant="light"
            >
              {t("import.stored.assign", { name: grid.name })}
            </LinkButton>
          ))}
        <LinkButton to="/profiles" variant="default">
          {t("import.stored.all")}
        </LinkButton>
        <Button variant="subtle" onClick={onAgain}>
          {t("import.stored.again")}
        </Button>
      </Group>
    </Stack>
  );
}
