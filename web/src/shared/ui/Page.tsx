import { Anchor, Box, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { Link, type LinkProps } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";

export interface Crumb {
  label: string;
  link: LinkProps;
}

interface Props {
  title: string;
  /** Beside the title: a badge, say. */
  beside?: ReactNode;
  description?: ReactNode;
  crumbs?: Crumb[];
  actions?: ReactNode;
  children: ReactNode;
}

/** A page's frame: where it is, what it is called, what can be done, then its content. */
export function Page({ title, beside, description, crumbs, actions, children }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  return (
    <Stack gap="lg">
      <Box>
        {crumbs && crumbs.length > 0 && (
          <Breadcrumbs mb={6} separatorMargin={6} className="no-print">
            {crumbs.map((crumb) => (
              <Anchor key={crumb.label} size="sm" renderRoot={(props) => <Link {...crumb.link} {...props} />}>
                {crumb.label}
              </Anchor>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="flex-start" gap="sm">
          <Group gap="sm" align="center">
            <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
              {title}
            </Title>
            {beside}
          </Group>
          {actions && (
            <Group gap="xs" className="no-print">
              {actions}
            </Group>
          )}
        </Group>
        {description && (
          <Text c="dimmed" mt={4} maw={720} component="div">
            {description}
          </Text>
        )}
      </Box>
      {children}
    </Stack>
  );
}
