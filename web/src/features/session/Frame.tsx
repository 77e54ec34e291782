import { Anchor, Center, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES } from "@/shared/i18n/i18n";
import { Surface } from "@/shared/ui/Surface";

interface Props {
  /** Of the browser's window; the page itself shows the product's name. */
  title: string;
  children: ReactNode;
}

/** The sheet that people meet before they are signed in. */
export function Frame({ title, children }: Props) {
  const { t, i18n } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w="100%" maw={420} gap="md">
        <Surface p={{ base: "lg", xs: "xl" }} shadow="sm">
          <Stack gap="lg">
            <Stack gap={4} align="center">
              <img src="/icon.svg" alt="" width={48} height={48} />
              <Title order={1} size="h2">
                {t("app.name")}
              </Title>
              <Text c="dimmed" ta="center" size="sm">
                {t("app.tagline")}
              </Text>
            </Stack>
            {children}
          </Stack>
        </Surface>
        <Group component="nav" justify="center" gap="md" aria-label={t("language.label")}>
          {LANGUAGES.map((language) => (
            <Anchor
              key={language}
              component="button"
              type="button"
              lang={language}
              size="sm"
              c="dimmed"
              fw={i18n.resolvedLanguage === language ? 600 : undefined}
              aria-pressed={i18n.resolvedLanguage === language}
              onClick={() => void chooseLanguage(language)}
            >
              {t(`language.${language}`)}
            </Anchor>
          ))}
        </Group>
      </Stack>
    </Center>
  );
}
