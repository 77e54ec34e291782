import { Alert, Anchor, AppShell, Box, Burger, Group, NavLink, ScrollArea, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconActivity,
  IconAdjustmentsAlt,
  IconApi,
  IconArrowsDiff,
  IconHome,
  IconListSearch,
  IconPlayerPlay,
  IconUsers,
} from "@tabler/icons-react";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { type ComponentType, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "@/shared/api/problems";
import { useAbilities } from "@/shared/session/me";
import { useSession } from "@/shared/session/session";
import { AccountMenu } from "./AccountMenu";
import { LanguageMenu, ThemeMenu } from "./Preferences";
import { Waiting } from "./Waiting";

interface Place {
  to: string;
  label: string;
  icon: ComponentType<{ size: number; stroke?: number }>;
}

/** The frame around all pages of somebody who is signed in. */
export function Shell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the navigation on small screens
  useEffect(() => close(), [pathname]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={{ base: "md", sm: "lg" }}
    >
      <Anchor href="#content" className="skip-link">
        {t("navigation.skip")}
      </Anchor>
      <AppShell.Header bg="var(--hygge-surface)" className="no-print">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={t("navigation.open")}
              aria-expanded={opened}
            />
            <Link
              to="/"
              style={{ display: "flex", gap: 10, alignItems: "center", textDecoration: "none", color: "inherit" }}
            >
              <img src="/icon.svg" alt="" width={28} height={28} />
              <Text fw={700} size="lg">
                {t("app.name")}
              </Text>
            </Link>
          </Group>
          <Group gap={4} wrap="nowrap">
            <LanguageMenu />
            <ThemeMenu />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" bg="var(--hygge-surface)" className="no-print" aria-label={t("navigation.label")}>
        <AppShell.Section grow component={ScrollArea}>
          <Places pathname={pathname} />
        </AppShell.Section>
        <AppShell.Section>
          <NavLink
            component="a"
            href="/api/v1/docs"
            target="_blank"
            rel="noopener"
            label={t("navigation.api")}
            leftSection={<IconApi size={18} stroke={1.6} />}
            c="dimmed"
          />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Box maw={1440} mx="auto">
          <Offline />
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </Box>
      </AppShell.Main>
    </AppShell>
  );
}

function Places({ pathname }: { pathname: string }) {
  const { t } = useTranslation();
  const { isAdmin, isHousehold } = useAbilities();
  const places: Place[] = [
    { to: "/communities", label: t("navigation.communities"), icon: IconHome },
    ...(isHousehold ? [] : [{ to: "/profiles", label: t("navigation.profiles"), icon: IconActivity }]),
    { to: "/runs", label: t("navigation.runs"), icon: IconPlayerPlay },
    ...(isHousehold ? [] : [{ to: "/sweeps", label: t("navigation.sweeps"), icon: IconAdjustmentsAlt }]),
    { to: "/compare", label: t("navigation.compare"), icon: IconArrowsDiff },
    ...(isAdmin
      ? [
          { to: "/users", label: t("navigation.users"), icon: IconUsers },
          { to: "/audit", label: t("navigation.audit"), icon: IconListSearch },
        ]
      : []),
  ];
  return places.map(({ to, label, icon: Icon }) => (
    <NavLink
      key={to}
      label={label}
      leftSection={<Icon size={18} stroke={1.6} />}
      active={pathname === to || pathname.startsWith(`${to}/`)}
      aria-current={pathname.startsWith(to) ? "page" : undefined}
      renderRoot={(props) => <Link to={to} {...props} />}
      style={{ borderRadius: "var(--mantine-radius-md)" }}
    />
  ));
}

/** Says that nobody answers, and goes away by itself when somebody does again. */
function Offline() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const signedIn = useSession((state) => state.status === "signed-in");
  useIsFetching();
  const silent = client
    .getQueryCache()
    .getAll()
    .some((query) => query.isActive() && isUnanswered(query.state.fetchFailureReason));
  if (!silent || !signedIn) return null;
  return (
    <Alert color="yellow" mb="md" role="status" title={t("problem.unreachable.title")}>
      {t("problem.unreachable.help")}
    </Alert>
  );
}

function isUnanswered(reason: unknown): boolean {
  return reason instanceof ApiProblem && reason.status === 0;
}
